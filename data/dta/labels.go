package dta

import (
	"math"

	"tradeoff/data"
)

// A labelSet is a table of value labels, which several variables may use.
type labelSet struct {
	codes  []int32
	texts  [][]byte
	shared map[dateUnit][]data.ValueLabel // decoded, by the kind of variable
}

// readLabels reads the tables of a release without tags, from 108 on: a length,
// a name, a table, until the file ends.
func (d *dictionary) readLabels(c *cursor) {
	head := 4 + d.layout.labelSet + 3
	for c.fault == nil && c.left() >= head {
		d.readTable(c)
	}
	if c.fault == nil {
		d.rest = c.left()
	}
}

// readTaggedLabels reads the tables of a release with tags.
func (d *dictionary) readTaggedLabels(c *cursor) {
	for c.at("<lbl>") {
		c.tag("<lbl>")
		d.readTable(c)
		c.tag("</lbl>")
	}
	c.tag("</value_labels>")
}

// readTable reads a table: its length, its name, the number of labels, the
// length of all texts, where each text begins, the codes, the texts.
func (d *dictionary) readTable(c *cursor) {
	what := "a table of value labels"
	at := c.pos
	size := int64(c.number(4, what))
	name := string(terminated(c.bytes(d.layout.labelSet, what)))
	c.skip(3, what)
	b := c.bytes(size, what)
	if c.fault != nil {
		return
	}
	if size < 8 {
		c.fail("", "%s at byte %d is %d bytes long, expected at least 8: %s", what, at, size, again)
		return
	}
	n, length := int64(c.order.Uint32(b)), int64(c.order.Uint32(b[4:]))
	if n > (size-8)/8 || length > size-8-8*n {
		c.fail("", "%s at byte %d claims %d labels and %d bytes of text, but is %d bytes long: %s", what, at, n, length, size, again)
		return
	}
	offsets, codes, texts := b[8:8+4*n], b[8+4*n:8+8*n], b[8+8*n:8+8*n+length]
	set := &labelSet{}
	room := 8*size + 1024 // texts that overlap must not grow without end
	for i := range n {
		from := int64(c.order.Uint32(offsets[4*i:]))
		if from > length {
			c.fail("", "%s at byte %d: label %d begins at byte %d of %d: %s", what, at, i+1, from, length, again)
			return
		}
		text := terminated(texts[from:])
		if room -= int64(len(text)); room < 0 {
			c.fail("", "%s at byte %d: the texts of the labels overlap: %s", what, at, again)
			return
		}
		set.add(int32(c.order.Uint32(codes[4*i:])), text)
	}
	d.addSet(name, set)
}

// readShortLabels reads the tables of before release 108: the number of labels,
// a name, codes of 2 bytes, labels of 8.
func (d *dictionary) readShortLabels(c *cursor) {
	what := "a table of value labels"
	const name, pad, code, text = 9, 1, 2, 8
	for c.fault == nil && c.left() >= 2+name+pad {
		n := int64(c.number(2, what))
		set := &labelSet{}
		called := string(terminated(c.bytes(name, what)))
		c.skip(pad, what)
		codes := c.entries(n, code, what)
		texts := c.entries(n, text, what)
		if c.fault != nil {
			return
		}
		for i := range n {
			v := int32(int16(c.order.Uint16(codes[code*i:])))
			if v == math.MaxInt16 {
				v = math.MaxInt32 // missing, as in a table of longs
			}
			set.add(v, terminated(texts[text*i:text*(i+1)]))
		}
		d.addSet(called, set)
	}
	d.rest = c.left()
}

func (s *labelSet) add(code int32, text []byte) {
	s.codes = append(s.codes, code)
	s.texts = append(s.texts, text)
}

// addSet keeps the first table of a name.
func (d *dictionary) addSet(name string, set *labelSet) {
	if _, twice := d.labels[name]; !twice {
		set.shared = map[dateUnit][]data.ValueLabel{}
		d.labels[name] = set
	}
}

// valueLabels are the labels of a variable. Variables that share a table share
// the slice: a thousand grid items with one scale cost one list.
func (d *dictionary) valueLabels(v *variable) []data.ValueLabel {
	set := d.labels[string(v.labels)]
	if set == nil || v.storage == str || v.storage == strL {
		return nil
	}
	if _, done := set.shared[v.date]; !done {
		set.shared[v.date] = d.decodeLabels(v, set)
	}
	return set.shared[v.date]
}

// decodeLabels turns a table into value labels. The first of a code counts; a
// label for the system-missing value has nothing to stand on, and neither has
// one for an extended missing date.
func (d *dictionary) decodeLabels(v *variable, set *labelSet) []data.ValueLabel {
	labels := make([]data.ValueLabel, 0, len(set.codes))
	seen := make(map[int32]bool, len(set.codes))
	for i, code := range set.codes {
		x, state := d.decodeNumber(int32s, uint64(uint32(code)))
		if seen[code] || state == missing || state == extended && v.date != notDate {
			continue
		}
		seen[code] = true
		if v.date != notDate {
			x = v.date.seconds(x)
		}
		labels = append(labels, data.ValueLabel{Code: data.Code(x), Label: d.text.text(set.texts[i])})
	}
	return labels[:len(labels):len(labels)]
}
