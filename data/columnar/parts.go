package columnar

import "encoding/binary"

// The library takes the lengths and bytes of each column from lists in a batch, as
// many as the type of the column needs, and does not look where the lists end. So
// they are counted before.

// parts is how many elements a column takes from the lists of a batch.
type parts struct {
	nodes   int // lengths
	buffers int // stretches of bytes
	views   int // columns of texts in pieces: of these the batch says how many buffers there are
}

func (p parts) plus(q parts) parts {
	return parts{p.nodes + q.nodes, p.buffers + q.buffers, p.views + q.views}
}

// Fields of the tables that describe columns, by their number.
const (
	fieldDictionary = 4
	dictionaryID    = 0
	unionMode       = 0
)

// own is what a column of a kind takes for itself, unions left out.
func own(kind byte) parts {
	switch kind {
	case 1, 22: // nulls and run ends: no bytes
		return parts{nodes: 1}
	case 13, 16: // structures and lists of fixed size: which are there
		return parts{nodes: 1, buffers: 1}
	case 4, 5, 19, 20, 25, 26: // bytes, texts, views of lists: which are there, and two more
		return parts{nodes: 1, buffers: 3}
	case 23, 24: // bytes and texts in pieces
		return parts{nodes: 1, buffers: 2, views: 1}
	}
	return parts{nodes: 1, buffers: 2}
}

// A shape is what the columns of a schema take from a batch, and the categories of
// each dictionary from theirs.
type shape struct {
	columns      parts
	dictionaries map[int64]parts
}

// shapeOf counts the columns of a schema that checkSchema has walked through.
func shapeOf(schema table, version uint16) (shape, error) {
	s := shape{dictionaries: map[int64]parts{}}
	var err error
	s.columns, err = s.list(schema, schemaFields, version)
	return s, err
}

// list counts the columns in a field of a table.
func (s *shape) list(t table, list int, version uint16) (sum parts, err error) {
	start, n, err := t.vector(list, 4)
	for i := 0; i < n && err == nil; i++ {
		var column table
		if column, err = t.follow(start + 4*i); err != nil {
			break
		}
		var p parts
		p, err = s.column(column, version)
		sum = sum.plus(p)
	}
	return sum, err
}

func (s *shape) column(column table, version uint16) (parts, error) {
	dictionary, ok, err := column.child(fieldDictionary)
	if err != nil {
		return parts{}, err
	}
	if !ok {
		return s.values(column, version)
	}
	id, err := dictionary.int64(dictionaryID)
	if err != nil {
		return parts{}, err
	}
	values, err := s.values(column, 0) // the library does not look at the version here
	was := s.dictionaries[id]
	s.dictionaries[id] = parts{max(was.nodes, values.nodes), max(was.buffers, values.buffers), max(was.views, values.views)}
	return parts{nodes: 1, buffers: 2}, err
}

// versionFive is the number of the version of the format since which unions have no
// bits that say whether they are there.
const versionFive = 4

// values counts a column itself and the columns in it.
func (s *shape) values(column table, version uint16) (parts, error) {
	kind, err := column.byte(fieldKind, 0)
	if err != nil {
		return parts{}, err
	}
	itself := own(kind)
	if kind == kindUnion {
		if itself, err = union(column, version); err != nil {
			return parts{}, err
		}
	}
	inside, err := s.list(column, fieldChildren, version)
	return itself.plus(inside), err
}

// union is what a union takes for itself: the types, the places if it is dense, and
// in old versions which are there.
func union(column table, version uint16) (parts, error) {
	p := parts{nodes: 1, buffers: 1}
	if version < versionFive {
		p.buffers++
	}
	t, ok, err := column.child(fieldType)
	if err != nil || !ok {
		return p, err
	}
	dense, err := t.byte(unionMode, 0)
	if dense == 1 {
		p.buffers++
	}
	return p, err
}

// holds checks that a batch has what the columns take from it. The lists are those
// that checkBatch has gone through.
func (p parts) holds(batch table) error {
	_, nodes, err := batch.vector(1, 16)
	if err != nil {
		return err
	}
	_, buffers, err := batch.vector(2, 16)
	if err != nil {
		return err
	}
	start, views, err := batch.vector(batchVariadics, 8)
	if err != nil {
		return err
	}
	need := p.buffers
	for i := range min(views, p.views) {
		need += int(binary.LittleEndian.Uint64(batch.b[start+8*i:])) // at most as many as there are buffers
	}
	switch {
	case nodes < p.nodes:
		return breaks("a batch holds the lengths of %d columns, its columns need %d", nodes, p.nodes)
	case views < p.views:
		return breaks("a batch holds %d columns of texts in pieces, there are %d", views, p.views)
	case buffers < need:
		return breaks("a batch holds %d stretches of bytes, its columns need %d", buffers, need)
	}
	return nil
}
