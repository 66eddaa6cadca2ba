package columnar

import "encoding/binary"

// This file reads just enough of the metadata of Arrow messages (they are
// flatbuffers) to prove their promises against the bytes that are there. The
// library follows every offset and allocates every length in them.

// A table is a flatbuffer table in a message's metadata.
type table struct {
	b  []byte
	at int
}

// root is the outermost table.
func root(b []byte) (table, error) { return table{b: b}.follow(0) }

// u32 reads the four bytes at an offset.
func (t table) u32(at int) (int, error) {
	if at < 0 || at > len(t.b)-4 {
		return 0, breaks("a message points outside itself")
	}
	return int(binary.LittleEndian.Uint32(t.b[at:])), nil
}

// follow is the table that the offset at a place points to.
func (t table) follow(at int) (table, error) {
	n, err := t.u32(at)
	if err != nil || n == 0 || at+n > len(t.b)-4 {
		return table{}, breaks("a message points outside itself")
	}
	return table{b: t.b, at: at + n}, nil
}

// field is where a field's value stands, 0 where it has its default. Size is
// how many bytes are read there.
func (t table) field(i, size int) (int, error) {
	back, err := t.u32(t.at)
	if err != nil {
		return 0, err
	}
	vtable := t.at - int(int32(back))
	if vtable < 0 || vtable > len(t.b)-4 {
		return 0, breaks("a message points outside itself")
	}
	length := int(binary.LittleEndian.Uint16(t.b[vtable:]))
	slot := 4 + 2*i
	if slot+2 > length {
		return 0, nil
	}
	if vtable+slot+2 > len(t.b) {
		return 0, breaks("a message points outside itself")
	}
	at := int(binary.LittleEndian.Uint16(t.b[vtable+slot:]))
	if at == 0 {
		return 0, nil
	}
	if t.at+at+size > len(t.b) {
		return 0, breaks("a message points outside itself")
	}
	return t.at + at, nil
}

func (t table) int64(i int) (int64, error) {
	at, err := t.field(i, 8)
	if err != nil || at == 0 {
		return 0, err
	}
	return int64(binary.LittleEndian.Uint64(t.b[at:])), nil
}

func (t table) byte(i int, otherwise byte) (byte, error) {
	at, err := t.field(i, 1)
	if err != nil || at == 0 {
		return otherwise, err
	}
	return t.b[at], nil
}

// child is the table in a field; ok is false where there is none.
func (t table) child(i int) (c table, ok bool, err error) {
	at, err := t.field(i, 4)
	if err != nil || at == 0 {
		return table{}, false, err
	}
	c, err = t.follow(at)
	return c, err == nil, err
}

// vector is where the elements of a field's vector start, and how many there
// are of the given size.
func (t table) vector(i, size int) (start, n int, err error) {
	at, err := t.field(i, 4)
	if err != nil || at == 0 {
		return 0, 0, err
	}
	v, err := t.follow(at)
	if err != nil {
		return 0, 0, err
	}
	if n, err = t.u32(v.at); err != nil {
		return 0, 0, err
	}
	if n > (len(t.b)-v.at-4)/size {
		return 0, 0, breaks("a message promises a list of %d elements in %d bytes", n, len(t.b)-v.at-4)
	}
	return v.at + 4, n, nil
}

// Kinds of Arrow messages.
const (
	messageSchema     = 1
	messageDictionary = 2
	messageBatch      = 3
)

// fieldDepth is how deep columns may nest.
const fieldDepth = 32

// A message is the metadata of one Arrow message, checked.
type message struct {
	version uint16
	kind    byte
	body    int64 // bytes after the metadata
	header  table
}

// parseMessage reads the outer table of a message.
func parseMessage(meta []byte) (message, error) {
	t, err := root(meta)
	if err != nil {
		return message{}, err
	}
	m := message{}
	at, err := t.field(0, 2)
	if err != nil {
		return m, err
	}
	if at > 0 {
		m.version = binary.LittleEndian.Uint16(t.b[at:])
	}
	if m.kind, err = t.byte(1, 0); err != nil {
		return m, err
	}
	if m.body, err = t.int64(3); err != nil {
		return m, err
	}
	var ok bool
	if m.header, ok, err = t.child(2); err == nil && !ok {
		err = breaks("a message has no content")
	}
	return m, err
}

// Fields of the tables that describe columns, by their place.
const (
	schemaFields   = 1
	schemaPairs    = 2 // key-value metadata
	fieldKind      = 2
	fieldType      = 3
	fieldChildren  = 5
	fieldPairs     = 6
	kindUnion      = 14
	unionNumbers   = 1
	batchVariadics = 4
)

// checkSchema walks the columns: offsets may form circles, which the library
// would follow for ever, and lists may claim any length.
func checkSchema(schema table) error {
	if _, _, err := schema.vector(schemaPairs, 4); err != nil {
		return err
	}
	left := len(schema.b) / 8 // more columns do not fit
	return checkFields(schema, schemaFields, 0, &left)
}

func checkFields(t table, list, depth int, left *int) error {
	start, n, err := t.vector(list, 4)
	if err != nil {
		return err
	}
	if depth > fieldDepth && n > 0 {
		return breaks("its columns nest too deeply")
	}
	for i := range n {
		if *left--; *left < 0 {
			return breaks("its columns are described in a circle")
		}
		column, err := t.follow(start + 4*i)
		if err != nil {
			return err
		}
		if err := checkColumn(column); err != nil {
			return err
		}
		if err := checkFields(column, fieldChildren, depth+1, left); err != nil {
			return err
		}
	}
	return nil
}

// checkColumn checks the lists in the description of one column.
func checkColumn(column table) error {
	if _, _, err := column.vector(fieldPairs, 4); err != nil {
		return err
	}
	kind, err := column.byte(fieldKind, 0)
	if err != nil || kind != kindUnion {
		return err
	}
	union, ok, err := column.child(fieldType)
	if err != nil || !ok {
		return err
	}
	_, _, err = union.vector(unionNumbers, 4)
	return err
}

// checkBatch proves the lengths in a record batch against its body and
// returns its rows.
func checkBatch(batch table, body []byte) (rows int64, err error) {
	if rows, err = batch.int64(0); err != nil {
		return 0, err
	}
	nodes, n, err := batch.vector(1, 16)
	if err != nil {
		return 0, err
	}
	for i := range n {
		length := int64(binary.LittleEndian.Uint64(batch.b[nodes+16*i:]))
		nulls := int64(binary.LittleEndian.Uint64(batch.b[nodes+16*i+8:]))
		if length < 0 || nulls < 0 || nulls > length {
			return 0, breaks("a column of a batch has an impossible number of values")
		}
	}
	if err := checkVariadics(batch); err != nil {
		return 0, err
	}
	unpacked, err := checkBuffers(batch, body)
	if err != nil {
		return 0, err
	}
	if rows < 0 || rows > 8*unpacked {
		return 0, breaks("a batch promises %d rows in %d bytes", rows, unpacked)
	}
	return rows, nil
}

// checkVariadics checks how many buffers the columns of texts in pieces claim.
func checkVariadics(batch table) error {
	_, buffers, err := batch.vector(2, 16)
	if err != nil {
		return err
	}
	start, n, err := batch.vector(batchVariadics, 8)
	if err != nil {
		return err
	}
	for i := range n {
		if count := binary.LittleEndian.Uint64(batch.b[start+8*i:]); count > uint64(buffers) {
			return breaks("a column claims %d buffers of %d", count, buffers)
		}
	}
	return nil
}

// Compression of a batch's buffers.
const (
	codecNone = 255
	codecLZ4  = 0
	codecZstd = 1
)

// checkBuffers returns how many bytes the buffers of a batch take unpacked.
func checkBuffers(batch table, body []byte) (total int64, err error) {
	codec, err := bufferCodec(batch)
	if err != nil {
		return 0, err
	}
	start, n, err := batch.vector(2, 16)
	if err != nil {
		return 0, err
	}
	for i := range n {
		at := int64(binary.LittleEndian.Uint64(batch.b[start+16*i:]))
		size := int64(binary.LittleEndian.Uint64(batch.b[start+16*i+8:]))
		if at < 0 || size < 0 || at > int64(len(body)) || size > int64(len(body))-at {
			return 0, breaks("a column should stand at bytes %d to %d of a batch of %d bytes", at, at+size, len(body))
		}
		if codec != codecNone && size > 0 {
			if size, err = checkBuffer(codec, body[at:at+size]); err != nil {
				return 0, err
			}
		}
		total += size
	}
	if total > 8*pageLimit && codec != codecNone {
		return 0, breaks("a batch unpacks to %d MB, the limit is %d MB; write smaller batches", total>>20, 8*pageLimit>>20)
	}
	return total, nil
}

// bufferCodec is the compression of a batch.
func bufferCodec(batch table) (byte, error) {
	c, ok, err := batch.child(3)
	if err != nil || !ok {
		return codecNone, err
	}
	codec, err := c.byte(0, codecLZ4)
	if err != nil {
		return 0, err
	}
	if codec != codecLZ4 && codec != codecZstd {
		return 0, breaks("a batch is compressed in an unknown way (number %d)", codec)
	}
	return codec, nil
}

// checkBuffer returns the unpacked size of a compressed buffer.
func checkBuffer(codec byte, b []byte) (int64, error) {
	if len(b) < 8 {
		return 0, breaks("a compressed column is too short")
	}
	size := int64(binary.LittleEndian.Uint64(b))
	b = b[8:]
	if size == -1 {
		return int64(len(b)), nil
	}
	if size < 0 || size > int64(len(b))*packed {
		return 0, breaks("a column of %d bytes is promised in %d packed bytes", size, len(b))
	}
	if codec == codecZstd && size > 0 {
		if _, _, err := zstdHeader(b); err != nil {
			return 0, err
		}
	}
	return size, nil
}
