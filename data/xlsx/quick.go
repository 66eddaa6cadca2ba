package xlsx

// quick reads a cell in one go where it is written as most programs write it and all of
// it has been read from the part; false leaves it to cell, which says the same, tag by tag:
//
//	<c r="B7" s="1"><v>5</v></c>
//	<c r="B7" t="inlineStr"><is><t>yes</t></is></c>
func (s *rowReader) quick() (bool, error) {
	b := s.x.buf[s.x.pos:s.x.end]
	a, i := quickAttributes(b)
	if i == 0 {
		return false, nil
	}
	var value []byte
	if !a.closed {
		end := ""
		switch {
		case follows(b, i, "<v>"):
			i, end = i+len("<v>"), "</v></c>"
		case follows(b, i, "<is><t>"):
			i, end = i+len("<is><t>"), "</t></is></c>"
		default:
			return false, nil
		}
		n := plainText(b[i:])
		if !follows(b, i+n, end) || n > maxCell {
			return false, nil
		}
		value = b[i : i+n]
		i += n + len(end)
	}
	s.x.pos += i
	ct, dated, err := s.begin(a)
	if err != nil {
		return true, err
	}
	s.value, s.hasText, s.formula = append(s.value[:0], value...), !a.closed, false
	return true, s.put(ct, dated)
}

// attributes are those of a cell that count.
type attributes struct {
	ref, style, kind []byte
	closed           bool // the tag is its own end
}

// maxAttribute is the longest value that quickAttributes takes.
const maxAttribute = 16

// quickAttributes reads the tag that a cell begins with, and where it ends, 0 if it is not
// written as usual.
func quickAttributes(b []byte) (a attributes, end int) {
	if !follows(b, 0, "<c ") {
		return a, 0
	}
	for i := 3; follows(b, i+1, `="`); i++ {
		from := i + 3
		to := from
		for to < len(b) && to-from <= maxAttribute && b[to] != '"' {
			to++
		}
		if to+2 >= len(b) || b[to] != '"' {
			return a, 0
		}
		switch v := b[from:to]; b[i] {
		case 'r':
			a.ref = v
		case 's':
			a.style = v
		case 't':
			a.kind = v
		default:
			return a, 0
		}
		i = to + 1
		switch {
		case b[i] == '>':
			return a, i + 1
		case b[i] == '/' && b[i+1] == '>':
			a.closed = true
			return a, i + 2
		case b[i] != ' ':
			return a, 0
		}
	}
	return a, 0
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
