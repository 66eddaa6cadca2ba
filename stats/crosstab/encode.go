package crosstab

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// encoded is the version of the binary encoding; another one is refused.
const encoded = 2

// header begins an encoded accumulator. Strata, PSUs and replicates tell
// whether it belongs to the design.
type header struct {
	Magic        [4]byte
	Version      uint32
	Strata, PSUs uint64
	Replicates   uint64
	Keys         uint64
	Loop         loopHeader
}

var magic = [4]byte{'t', 'o', 'a', 'c'}

// record is one key with its totals; the totals of replicates follow it.
type record struct {
	Stratum, PSU, Person, Cell int32
	Code                       int16
	Valued                     bool
	N                          int64
	W, W2                      float64
	Origin, WE, WEE, W2E, W2EE float64
}

// MarshalBinary encodes the accumulator, keys in order, little-endian: the
// same totals give the same bytes.
func (a *Accumulator) MarshalBinary() ([]byte, error) {
	a.settle()
	h := header{magic, encoded, uint64(len(a.design.strata)), uint64(a.design.PSUs()), uint64(a.design.replicates()), uint64(len(a.keys)), a.looped.header()}
	b, err := binary.Append(nil, binary.LittleEndian, h)
	for _, i := range a.order() {
		k, t := a.keys[i], a.totals(i)
		r := record{k.stratum, k.psu, k.person, k.cell, k.code, k.valued, t.n, t.w, t.w2,
			t.origin, t.we, t.wee, t.w2e, t.w2ee}
		if err == nil {
			b, err = binary.Append(b, binary.LittleEndian, r)
		}
		if err == nil && a.reps != nil {
			b, err = binary.Append(b, binary.LittleEndian, a.reps[i])
		}
	}
	if err == nil && a.looped != nil {
		b, err = a.looped.encode(b)
	}
	return b, err
}

// UnmarshalBinary replaces the totals of an accumulator, made by
// NewAccumulator for the same design, by encoded ones.
func (a *Accumulator) UnmarshalBinary(data []byte) error {
	in := bytes.NewReader(data)
	var h header
	if err := binary.Read(in, binary.LittleEndian, &h); err != nil || h.Magic != magic {
		return errors.New("not an encoded accumulator")
	}
	if h.Version != encoded {
		return fmt.Errorf("accumulator has version %d, this program reads %d", h.Version, encoded)
	}
	if h.Strata != uint64(len(a.design.strata)) || h.PSUs != uint64(a.design.PSUs()) {
		return fmt.Errorf("accumulator of a design with %d strata and %d PSUs, not %d and %d", h.Strata, h.PSUs, len(a.design.strata), a.design.PSUs())
	}
	if h.Replicates != uint64(a.design.replicates()) {
		return fmt.Errorf("accumulator of a design with %d replicates, not %d", h.Replicates, a.design.replicates())
	}
	loop, left, err := h.Loop.size(uint64(in.Len()))
	if err != nil {
		return err
	}
	if size := uint64(binary.Size(record{})); left/size < h.Keys || h.Replicates == 0 && (left/size != h.Keys || left%size != 0) {
		return fmt.Errorf("accumulator of %d totals has %d bytes of them", h.Keys, left)
	}
	b := NewAccumulator(a.design)
	b.looped = loop
	for range h.Keys {
		var r record
		if err := binary.Read(in, binary.LittleEndian, &r); err != nil {
			return err
		}
		k := key{r.Stratum, r.PSU, r.Person, r.Cell, r.Code, r.Valued}
		if twice := r.Cell >= 0 && r.Code >= 0 && r.Stratum >= 0 && b.index.find(&k, b.keys) >= 0; twice || r.Stratum < 0 || uint64(r.Stratum) >= h.Strata || r.Cell < 0 || r.Code < 0 {
			return fmt.Errorf("accumulator holds a total for no place: %+v", k)
		}
		if loop != nil && (int(r.Code) >= loop.answers || r.Person != none || r.Valued) {
			return fmt.Errorf("accumulator of a loop holds a total that is none: %+v", k)
		}
		s := sums{r.N, r.W, r.W2}
		var at int32
		if r.Valued {
			at = b.addValued(k, totals{s, moments{r.Origin, r.WE, r.WEE, r.W2E, r.W2EE}})
		} else {
			at = b.slot(k)
			b.sums[at].add(s)
		}
		if b.reps == nil {
			continue
		}
		if err := binary.Read(in, binary.LittleEndian, b.reps[at]); err != nil {
			return fmt.Errorf("accumulator of %d totals is cut short", h.Keys)
		}
	}
	if loop != nil {
		if err := loop.decode(in, &h.Loop); err != nil {
			return err
		}
	}
	if in.Len() > 0 {
		return fmt.Errorf("accumulator of %d totals has %d bytes too many", h.Keys, in.Len())
	}
	*a = *b
	return nil
}
