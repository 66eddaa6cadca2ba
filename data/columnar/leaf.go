package columnar

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow/float16"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/schema"

	"tradeoff/data"
)

// A leaf is one Parquet column: how it is stored and what it becomes.
type leaf struct {
	name     string
	index    int // among the columns of a row group
	physical parquet.Type
	length   int // bytes of a fixed-length value
	maxDef   int16
	kind     data.Type
	meaning  meaning
	scale    int    // decimals
	refused  string // why it cannot be used, or ""
	note     string // what was assumed, or ""
	list     *lists // of a column of lists
	item     int    // of a variable that is made of one: which of its answers
}

// meaning is what a stored value stands for.
type meaning uint8

const (
	plainNumber meaning = iota
	unsignedNumber
	truthValue
	decimal
	halfFloat
	clock // time of day, in the unit of scale
	day
	moment // timestamp, scale units a second
	text
	longSigned   // whole numbers too long for a float64, kept as text
	longUnsigned // the same without a sign
	unmarked     // bytes that the file does not call text
	uuid
)

// leafOf reads a column's description.
func leafOf(c *schema.Column, index int) leaf {
	l := leaf{name: c.Path(), index: index, physical: c.PhysicalType(), length: c.TypeLength(), maxDef: c.MaxDefinitionLevel()}
	if c.MaxRepetitionLevel() > 0 {
		name, there, ok := listOf(c)
		if !ok {
			l.refused = noList
			return l
		}
		l.name, l.list = name, &lists{there: there}
	}
	if l.physical == parquet.Types.FixedLenByteArray && (l.length <= 0 || l.length > pageLimit) {
		l.refused = "has values of an impossible length"
		return l
	}
	switch l.physical {
	case parquet.Types.Boolean:
		l.meaning = truthValue
	case parquet.Types.Int96:
		l.meaning = moment
	case parquet.Types.ByteArray, parquet.Types.FixedLenByteArray:
		l.meaning = unmarked
	}
	l.annotate(c.LogicalType(), c.ConvertedType())
	switch l.meaning {
	case day, moment:
		l.kind = data.Time
	case text, unmarked, uuid:
		l.kind = data.Text
	}
	if l.list != nil {
		l.listed()
	}
	return l
}

// listed settles what the values of a list are: whole numbers are told apart by their
// digits.
func (l *leaf) listed() {
	switch {
	case l.kind == data.Time || l.meaning == unmarked:
		l.refused = noList
	case l.physical == parquet.Types.Int64 && l.meaning == plainNumber:
		l.kind, l.meaning = data.Text, longSigned
	case l.physical == parquet.Types.Int64 && l.meaning == unsignedNumber:
		l.kind, l.meaning = data.Text, longUnsigned
	}
}

// annotate takes in what the file says that the stored values mean. An
// annotation that does not go with the stored type is passed over, as the
// format asks.
func (l *leaf) annotate(logical schema.LogicalType, converted schema.ConvertedType) {
	whole := l.physical == parquet.Types.Int32 || l.physical == parquet.Types.Int64
	bytes := l.physical == parquet.Types.ByteArray || l.physical == parquet.Types.FixedLenByteArray
	switch t := logical.(type) {
	case schema.StringLogicalType, schema.EnumLogicalType, schema.JSONLogicalType:
		if bytes {
			l.meaning = text
		}
	case schema.UUIDLogicalType:
		if l.length == 16 {
			l.meaning = uuid
		}
	case schema.Float16LogicalType:
		if l.length == 2 {
			l.meaning = halfFloat
		}
	case schema.IntervalLogicalType, *schema.IntervalLogicalType:
		l.refused = "holds spans of time"
	case schema.BSONLogicalType:
		l.refused = "holds nested documents"
	case *schema.IntLogicalType:
		if whole && !t.IsSigned() {
			l.meaning = unsignedNumber
		}
	case *schema.DecimalLogicalType:
		if whole || bytes {
			l.decimal(int(t.Precision()), int(t.Scale()))
		}
	case schema.DateLogicalType:
		if whole {
			l.meaning = day
		}
	case *schema.TimeLogicalType:
		if whole {
			l.meaning, l.scale = clock, perSecond(t.TimeUnit())
			l.note = "is a time of day; it is read as seconds since midnight"
		}
	case *schema.TimestampLogicalType:
		if whole {
			l.meaning, l.scale = moment, perSecond(t.TimeUnit())
		}
	}
	if converted == schema.ConvertedTypes.Interval {
		l.refused = "holds spans of time"
	}
}

// decimal reads decimals as numbers, but long whole ones as text.
func (l *leaf) decimal(precision, scale int) {
	if scale < 0 || scale > 80 || precision > 80 {
		l.refused = "has decimals of an impossible scale"
		return
	}
	l.meaning, l.scale = decimal, scale
	if scale == 0 && precision > 15 {
		l.kind = data.Text
	}
}

// perSecond is how many units make a second.
func perSecond(u schema.TimeUnitType) int {
	switch u {
	case schema.TimeUnitMillis:
		return 1e3
	case schema.TimeUnitMicros:
		return 1e6
	}
	return 1e9
}

// width is the least number of bytes that a plain value takes, 0 where
// values are bits.
func (l leaf) width() int {
	switch l.physical {
	case parquet.Types.Int32, parquet.Types.Float, parquet.Types.ByteArray:
		return 4
	case parquet.Types.Int64, parquet.Types.Double:
		return 8
	case parquet.Types.Int96:
		return 12
	case parquet.Types.FixedLenByteArray:
		return l.length
	}
	return 0
}

// level is the level of measurement where the type tells it.
func (l leaf) level() data.Level {
	if l.meaning == truthValue {
		return data.Nominal
	}
	return data.LevelUnknown
}

// labels are the words for truth values.
func (l leaf) labels() []data.ValueLabel {
	if l.meaning == truthValue {
		return []data.ValueLabel{{Code: "0", Label: "false"}, {Code: "1", Label: "true"}}
	}
	return nil
}

// uncertain reports whether the values must be seen to know the type.
func (l leaf) uncertain() bool {
	long := l.physical == parquet.Types.Int64 && (l.meaning == plainNumber || l.meaning == unsignedNumber)
	return long || l.meaning == unmarked
}

// look reads a row group's column to settle its type; false: it is no text.
// Damage is told when the rows are read.
func (l *leaf) look(c *chunk, rows int64) bool {
	if l.meaning != unmarked {
		l.lookLong(c, rows)
		return true
	}
	isText := true
	see := func(v []byte) error {
		isText = isText && looksLikeText(v)
		return nil
	}
	for done := int64(0); done < rows && isText; {
		n := min(8192, rows-done)
		if _, err := c.read(int(n), see, func() {}); err != nil {
			return isText
		}
		done += n
	}
	return isText
}

// lookLong makes a column of whole numbers text if one of a row group is too
// long for a Number. Pages that refer to a dictionary of short numbers are
// passed over.
func (l *leaf) lookLong(c *chunk, rows int64) {
	found := false
	see := func(v []byte) error {
		found = found || l.anyLong(v)
		return nil
	}
	for done := int64(0); done < rows && !found && (l.meaning == plainNumber || l.meaning == unsignedNumber); {
		if c.fill() != nil {
			return
		}
		n := c.left
		switch {
		case c.places != nil && !l.anyLong(c.of.stored):
			c.left = 0
		case c.fixed != nil:
			_, there, err := c.present(n)
			if err != nil {
				return
			}
			found = l.anyLong(c.fixed.take(there))
		default:
			if _, err := c.read(n, see, func() {}); err != nil {
				return
			}
		}
		done += int64(n)
	}
	if !found {
		return
	}
	l.kind = data.Text
	if l.meaning == plainNumber {
		l.meaning = longSigned
	} else {
		l.meaning = longUnsigned
	}
}

// put adds a stored value as what it means.
func (l leaf) put(b *builder, v []byte) error {
	switch l.physical {
	case parquet.Types.Boolean:
		return b.number(float64(v[0]))
	case parquet.Types.Int32:
		n := binary.LittleEndian.Uint32(v)
		if l.meaning == unsignedNumber {
			return b.number(float64(n))
		}
		return l.whole(b, int64(int32(n)))
	case parquet.Types.Int64:
		return l.whole(b, int64(binary.LittleEndian.Uint64(v)))
	case parquet.Types.Int96:
		return b.time(int96(v))
	case parquet.Types.Float:
		return b.number(float64(math.Float32frombits(binary.LittleEndian.Uint32(v))))
	case parquet.Types.Double:
		return b.number(math.Float64frombits(binary.LittleEndian.Uint64(v)))
	}
	return l.bytes(b, v)
}

// whole adds a whole number as what it means.
func (l leaf) whole(b *builder, v int64) error {
	switch l.meaning {
	case day:
		return b.time(v * 86400)
	case moment:
		return b.time(floorDiv(v, int64(l.scale)))
	case clock:
		return b.number(float64(v) / float64(l.scale))
	case longSigned:
		return b.string(strconv.AppendInt(nil, v, 10))
	case longUnsigned:
		return b.string(strconv.AppendUint(nil, uint64(v), 10))
	case decimal:
		if l.kind == data.Text {
			return b.string(strconv.AppendInt(nil, v, 10))
		}
		return b.number(scaled(strconv.FormatInt(v, 10), l.scale))
	case unsignedNumber:
		if uint64(v) > exact {
			return errTooBig
		}
		return b.number(float64(uint64(v)))
	}
	if v > exact || v < -exact {
		return errTooBig
	}
	return b.number(float64(v))
}

// bytes adds a value stored as bytes as what it means.
func (l leaf) bytes(b *builder, v []byte) error {
	switch l.meaning {
	case decimal:
		if len(v) > 64 {
			return breaks("a decimal has more than 64 bytes")
		}
		digits := signed(v).String()
		if l.kind == data.Text {
			return b.string([]byte(digits))
		}
		return b.number(scaled(digits, l.scale))
	case halfFloat:
		return b.number(float64(float16.FromLEBytes(v).Float32()))
	case uuid:
		return b.string(fmt.Appendf(nil, "%x-%x-%x-%x-%x", v[:4], v[4:6], v[6:8], v[8:10], v[10:]))
	}
	return b.string(v)
}

// signed reads a big-endian two's-complement number.
func signed(v []byte) *big.Int {
	n := new(big.Int).SetBytes(v)
	if len(v) > 0 && v[0] >= 0x80 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
	}
	return n
}

// scaled is the number with its decimal point so many digits from the right,
// rounded once.
func scaled(digits string, scale int) float64 {
	v, err := strconv.ParseFloat(digits+"e-"+strconv.Itoa(scale), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// int96 is the old form of timestamps: nanoseconds of the day, then the
// Julian day; in seconds since 1970.
func int96(v []byte) int64 {
	const julian1970 = 2440588
	nanos := int64(binary.LittleEndian.Uint64(v[:8]))
	days := int64(binary.LittleEndian.Uint32(v[8:])) - julian1970
	return days*86400 + floorDiv(nanos, int64(time.Second))
}
