package beside

import (
	"fmt"

	"tradeoff/data"
	"tradeoff/data/archive"
)

// held is how much of a packed data file is kept in memory.
const held = 64 << 20

// Unpack is a data file ready to be read, out of its gzip archive where it is in one,
// with the room of the file that describes it. An empty one is a fault of the latter.
func Unpack(described, in *data.Input) (*data.Input, error) {
	head, err := in.Head(4)
	switch {
	case err != nil:
		return nil, err
	case len(head) == 0:
		return nil, &data.Fault{File: described.Name(), Found: fmt.Sprintf("its data file %s is empty; ask for a new export", in.FileName())}
	case archive.IsGzip(head):
		if in, err = archive.Gzip(in).Unpack(held); err != nil {
			return nil, err
		}
	}
	in.Room = described.Room
	return in, nil
}
