package jsonl

// usual parses keys that stand in the order of the objects before, from the guess on,
// whose values are plain: numbers without an exponent, short texts, nulls, with a blank
// at most before a key and a value. It stops where something is not so, and leaves that
// to others. met is how many keys it parsed, ended whether the object ended.
func (p *parser) usual(n *node, guess int) (met int, ended bool) {
	buf := p.buf[:p.end]
	for _, k := range n.order[min(guess, len(n.order)):] {
		at := p.at
		if met > 0 && at < len(buf) && buf[at] == ' ' {
			at++
		}
		if len(buf)-at < len(k.key) || string(buf[at:at+len(k.key)]) != k.key || k.turn == p.turn {
			return met, false
		}
		if at += len(k.key); at < len(buf) && buf[at] == ' ' {
			at++
		}
		v := value{node: k, kind: number, short: true}
		start, end, next := plainNumber(buf, at)
		if next == at {
			v.short = false
			if start, end, next = plainText(buf, at); next > at {
				v.kind, v.null = text, start == end
			} else if len(buf)-at >= 4 && string(buf[at:at+4]) == "null" {
				v.null, next = true, at+4
			}
		}
		if next == at || next == len(buf) || buf[next] != ',' && buf[next] != '}' || !v.null && k.column == nil {
			return met, false
		}
		k.turn = p.turn
		if !v.null {
			v.start, v.end = int32(start-p.pos), int32(end-p.pos)
			p.values = append(p.values, v)
		}
		p.at = next + 1
		met++
		if buf[next] == '}' {
			return met, true
		}
	}
	return met, false
}

// fewDigits is how long a number may be that is a whole number and a power of ten, which
// float64 both holds exactly.
const fewDigits = 15

// plainNumber finds a number at a place; next is the place if there is none that is plain.
func plainNumber(b []byte, at int) (start, end, next int) {
	i := at
	if i < len(b) && b[i] == '-' {
		i++
	}
	first := i
	for i < len(b) && b[i]-'0' < 10 {
		i++
	}
	if i == first || b[first] == '0' && i > first+1 {
		return at, at, at
	}
	if i < len(b) && b[i] == '.' {
		point := i
		for i++; i < len(b) && b[i]-'0' < 10; i++ {
		}
		if i == point+1 {
			return at, at, at
		}
	}
	if i-at > fewDigits {
		return at, at, at
	}
	return at, i, i
}

// plainText finds what stands between quotation marks at a place; next is the place if
// there is none that is plain.
func plainText(b []byte, at int) (start, end, next int) {
	if at == len(b) || b[at] != '"' {
		return at, at, at
	}
	i := at + 1
	for i < len(b) && plain[b[i]] {
		i++
	}
	if i == len(b) || b[i] != '"' {
		return at, at, at
	}
	return at + 1, i, i + 1
}
