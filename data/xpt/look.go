package xpt

import "tradeoff/data/columns"

// chunkBytes is about how much of the cases is taken apart at once: little
// enough to stay in the processor's cache, so that columns can be filled one
// after the other.
const chunkBytes = 1 << 17

// chunk reads up to limit cases behind the first before into buf, and says how
// many.
func (d *dataset) chunk(buf []byte, before, limit int64) (b []byte, n int64, err error) {
	n = min(limit, d.cases-before, int64(len(buf))/d.width)
	b = buf[:n*d.width]
	if k, err := d.in.ReadAt(b, d.start+before*d.width); k < len(b) {
		return nil, 0, d.fault("", "the cases behind the first %d could not be read: %v", before, err)
	}
	return b, n, nil
}

// buffer has room for a chunk.
func (d *dataset) buffer() []byte {
	return make([]byte, d.width*min(d.cases, max(1, chunkBytes/d.width)))
}

// lookThrough reads all cases once, before anything is known of them.
func (d *dataset) lookThrough() error {
	for _, v := range d.variables {
		d.letters.See(v.name)
		d.letters.See(v.label)
	}
	buf := d.buffer()
	for before := int64(0); before < d.cases; {
		b, n, err := d.chunk(buf, before, d.cases)
		if err != nil {
			return err
		}
		for _, v := range d.variables {
			for k := range int(n) {
				value := b[k*int(d.width)+v.offset:][:v.width]
				if v.text {
					d.letters.See(columns.Trim(value))
				} else if what := v.look(value); what == damaged {
					return d.caseFault(before+int64(k)+1, columns.Visible(v.name), "the bytes %x are no number of SAS: %s", value, again)
				}
			}
		}
		before += n
	}
	return nil
}

// look remembers which special missing values a variable holds.
func (v *variable) look(b []byte) state {
	if b[1] != 0 { // it has a fraction
		return present
	}
	x, what := number(b)
	if what == special {
		v.held |= heldBit(x)
	}
	return what
}

// decode is a field as text, without the blanks at its end.
func (d *dataset) decode(b []byte) string { return d.letters.Text(columns.Trim(b)) }
