package columnar

import (
	"encoding/binary"

	"github.com/apache/arrow/go/v17/parquet"
)

// This file steps through the values of a Parquet page. A value is handed
// over as its bytes; leaf.put says what they mean.

var errFewValues = breaks("a page holds fewer values than it promises")

// runs are the truth values of a page that stores them as levels are stored.
func (l leaf) runs(b []byte) (*hybrid, error) {
	if l.physical != parquet.Types.Boolean {
		return nil, breaks("a column that holds no truth values has an encoding for them")
	}
	b, _, err := prefixed(b)
	return &hybrid{b: b, width: 1}, err
}

func plainTexts(b []byte) func() ([]byte, error) {
	return func() (v []byte, err error) {
		v, b, err = prefixed(b)
		return v, err
	}
}

// prefixed splits off a piece that begins with its own length.
func prefixed(b []byte) (piece, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, errFewValues
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, breaks("a value ends after its page")
	}
	return b[4 : 4+n], b[4+n:], nil
}
