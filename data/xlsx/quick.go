package xlsx

// quick reads a cell in one go where it is written as most programs write it and all of
// it has been read from the part; false leaves it to cell, which says the same, tag by tag:
//
//	<c r="B7" s="1"><v>5</v></c>
//	<c r="B7" t="inlineStr"><is><t>yes</t></is></c>
func (s *rowReader) quick() (bool, error) {
	b := s.x.buf[s.x.pos:s.x.end]
	column, i := s.quickPlace(b)
	if i == 0 {
		return false, nil
	}
	var style, kind []byte
	for i < len(b) && b[i] == ' ' {
		to := i + len(` s="`)
		v := quickValue(b, to)
		switch {
		case v == nil:
			return false, nil
		case follows(b, i, ` s="`):
			style = v
		case follows(b, i, ` t="`):
			kind = v
		default:
			return false, nil
		}
		i = to + len(v) + 1
	}
	ct, known := cellTypeOf(kind)
	n, end := 0, ""
	closed := follows(b, i, "/>")
	switch {
	case !known:
		return false, nil
	case closed:
		end = "/>"
	case follows(b, i, "><v>"):
		i, end = i+len("><v>"), "</v></c>"
	case follows(b, i, "><is><t>"):
		i, end = i+len("><is><t>"), "</t></is></c>"
	default:
		return false, nil
	}
	if !closed {
		n = plainText(b[i:])
	}
	if !follows(b, i+n, end) || n > maxCell {
		return false, nil
	}
	s.value, s.hasText, s.formula = append(s.value[:0], b[i:i+n]...), !closed, false
	s.x.pos += i + n + len(end)
	s.column = column
	return true, s.put(ct, ct == typeNumber && s.showsDate(style))
}

// quickPlace reads the beginning of a cell of the row up to its reference, which is in a
// column behind the last; it returns the column and where the reference ends, 0 where it
// is another.
func (s *rowReader) quickPlace(b []byte) (column, end int) {
	const begin = `<c r="`
	if len(b) < len(begin)+4 || string(b[:len(begin)]) != begin {
		return 0, 0
	}
	i, n := len(begin), 0
	for ; i < len(begin)+3 && b[i] >= 'A' && b[i] <= 'Z'; i++ {
		n = n*26 + int(b[i]-'A') + 1
	}
	end = i + len(s.digits)
	if n-1 <= s.column || n > maxColumns || end >= len(b) || string(b[i:end]) != string(s.digits) || b[end] != '"' {
		return 0, 0
	}
	return n - 1, end + 1
}

// maxValue is the longest value of an attribute that quickValue takes.
const maxValue = 16

// quickValue is the value of an attribute that begins at from, nil where it does not end
// soon.
func quickValue(b []byte, from int) []byte {
	for i := from; i < len(b) && i-from <= maxValue; i++ {
		if b[i] == '"' {
			return b[from:i]
		}
	}
	return nil
}

// follows reports whether a text stands at a place.
func follows(b []byte, at int, text string) bool {
	return len(b)-at >= len(text) && string(b[at:at+len(text)]) == text
}

// plainText is how many bytes of text there are up to the next tag, all of which stand
// for themselves; of others those before.
func plainText(b []byte) int {
	for i, c := range b {
		if c == '<' || c == '&' || c == '\r' {
			return i
		}
	}
	return len(b)
}
