package xpt

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
)

// A craft writes a transport file byte by byte, as SAS's description of the
// format says.
type craft struct {
	strings.Builder
	long  bool
	count int
	width int
}

// A column describes a variable of a craft.
type column struct {
	name, label, format string
	width               int // 0: a number of 8 bytes; below 0: a number of so many
}

// header writes a record that says what follows.
func (c *craft) header(kind, numbers string) {
	fmt.Fprintf(c, "%s%-8s%s%-32s", headerStart, kind, headerMiddle, numbers)
}

func (c *craft) kind(short, long string) string {
	if c.long {
		return long
	}
	return short
}

const zeros = "000000000000000000000000000000"

// newCraft begins a file of one data set.
func newCraft(long bool, columns ...column) *craft {
	c := &craft{long: long}
	c.header(c.kind("LIBRARY", "LIBV8"), zeros)
	fmt.Fprintf(c, "%-80s%-80s", "SAS     SAS     SASLIB  9.4     X", "01JAN26:00:00:00")
	c.member("ONE", columns...)
	return c
}

// member begins a data set, up to the header before its cases.
func (c *craft) member(name string, columns ...column) {
	c.header(c.kind("MEMBER", "MEMBV8"), "000000000000000001600000000140")
	c.header(c.kind("DSCRPTR", "DSCPTV8"), zeros)
	size := 8
	if c.long {
		size = 32
	}
	fmt.Fprintf(c, "%-80s%-80s", fmt.Sprintf("SAS     %-*sSASDATA 9.4     X", size, name), "01JAN26:00:00:00")
	c.header(c.kind("NAMESTR", "NAMSTV8"), fmt.Sprintf("%010d%020d", len(columns), 0))
	c.count, c.width = len(columns), 0
	for i, v := range columns {
		c.describe(i, v)
	}
	c.pad()
}

// describe writes the description of a variable.
func (c *craft) describe(i int, v column) {
	b := make([]byte, describedSize)
	put := func(at, n int) { binary.BigEndian.PutUint16(b[at:], uint16(n)) }
	kind, width := 2, v.width
	if v.width <= 0 {
		kind, width = 1, -v.width
	}
	if width == 0 {
		width = 8
	}
	name, formatWidth, decimals := splitFormat([]byte(v.format))
	put(0, kind)
	put(4, width)
	put(6, i+1)
	copy(b[8:], fmt.Sprintf("%-8.8s%-40.40s%-8.8s", v.name, v.label, name))
	put(64, formatWidth)
	put(66, decimals)
	binary.BigEndian.PutUint32(b[84:], uint32(c.width))
	if c.long {
		copy(b[88:], fmt.Sprintf("%-32s", v.name))
	}
	c.width += width
	c.Write(b)
}

// pad fills the last record.
func (c *craft) pad() {
	c.WriteString(strings.Repeat(" ", (recordSize-c.Len()%recordSize)%recordSize))
}

// cases writes the header before the cases, the cases, and their filling.
func (c *craft) cases(count string, values ...string) *craft {
	c.header(c.kind("OBS", "OBSV8"), count)
	c.WriteString(strings.Join(values, ""))
	c.pad()
	return c
}

// IBM doubles: 1 is 1/16·16¹, 100 is 0x64/256·16².
const (
	one      = "\x41\x10\x00\x00\x00\x00\x00\x00"
	hundred  = "\x42\x64\x00\x00\x00\x00\x00\x00"
	tenth    = "\x40\x19\x99\x99\x99\x99\x99\x9a"
	zero     = "\x00\x00\x00\x00\x00\x00\x00\x00"
	none     = ".\x00\x00\x00\x00\x00\x00\x00"
	specialA = "A\x00\x00\x00\x00\x00\x00\x00"
	specialZ = "Z\x00\x00\x00\x00\x00\x00\x00"
	under    = "_\x00\x00\x00\x00\x00\x00\x00"
)

// everything is a file with each feature of the format.
func everything(long bool) *craft {
	columns := []column{
		{name: "Q1", label: "How much?"},
		{name: "TOWN", label: "Town", width: 6, format: "$6"},
		{name: "DAY", format: "DATE9"},
		{name: "MOMENT", format: "DATETIME20"},
		{name: "HOUR", format: "TIME8"},
		{name: "SMALL", width: -2, format: "F4.1"},
		{name: "THREE", width: -3},
	}
	if long {
		columns[0].name = "how_much_do_you_like_it_overall"
	}
	c := newCraft(long, columns...)
	if long {
		label := strings.Repeat("a very long label ", 10) + "ends"
		c.header("LABELV9", "1")
		c.WriteString("\x00\x02\x00\x04\x00\xb8\x00\x05\x00\x00TOWN" + label + "$CHAR")
		c.pad()
	}
	return c.cases(zeros,
		one, "Berlin", one, one, hundred, "\x41\x10", "\x42\x64\x00",
		specialA, "      ", none, none, none, "A\x00", ".\x00\x00",
		tenth, "a b   ", zero, specialA, zero, "\xc1\x18", "\x80\x00\x00",
		under, "x     ", hundred, hundred, one, ".\x00", "Z\x00\x00",
	)
}

func openBytes(t testing.TB, b string) *data.Survey {
	t.Helper()
	s, err := Open(data.FromBytes("test.xpt", []byte(b)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
