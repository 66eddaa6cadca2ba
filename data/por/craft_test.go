package por

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"tradeoff/data"
)

// A craft writes a portable file character by character, as the format's
// documentation says.
type craft struct{ strings.Builder }

// newCraft begins a file: header with the table of an ASCII file, version.
func newCraft() *craft {
	c := &craft{}
	for _, set := range []string{"EBCDIC", "ASCII", "CDC", "ASCII6", "HONEYWELL"} {
		fmt.Fprintf(c, "%-40s", set+" SPSS PORT FILE")
	}
	c.WriteString(asciiTable())
	c.WriteString("SPSSPORTA")
	return c.text("20260101").text("120000")
}

// asciiTable is the table of a file in ASCII: signs that ASCII lacks are 0.
func asciiTable() string {
	table := strings.Repeat("0", firstPortable)
	for _, r := range portable {
		if r > 126 {
			r = '0'
		}
		table += string(r)
	}
	return table + strings.Repeat("0", tableSize-firstPortable-len(portable))
}

// base30 are the digits of a whole number.
func base30(n int64) string { return strings.ToUpper(big.NewInt(n).Text(30)) }

func (c *craft) put(s string) *craft { c.WriteString(s); return c }

func (c *craft) whole(n int) *craft { return c.put(base30(int64(n)) + "/") }

func (c *craft) text(s string) *craft { return c.whole(len(s)).put(s) }

// variable writes a variable record; width 0 is a number.
func (c *craft) variable(name string, width, format int) *craft {
	c.put("7").whole(width).text(name)
	for range 2 {
		c.whole(format).whole(max(8, width)).whole(0)
	}
	return c
}

// lines ends the file and cuts it into lines.
func (c *craft) lines(end string) []byte {
	s := c.String() + "Z"
	s += strings.Repeat("Z", (lineSize-len(s)%lineSize)%lineSize)
	if end == "" {
		return []byte(s)
	}
	var b strings.Builder
	for ; len(s) > 0; s = s[lineSize:] {
		b.WriteString(s[:lineSize] + end)
	}
	return []byte(b.String())
}

// everything is a file with each feature of the format.
func everything() *craft {
	c := newCraft().put("1").text("a test").put("2").text("nobody").put("4").whole(6).put("5").whole(11).put("6").text("W")
	c.variable("Q1", 0, 5).put("88/8A/B").put("2R/2T/").put("C").text("How much?") // 8, 10, 87 to 89
	c.variable("Q2", 0, 5).put("93/")
	c.variable("S", 12, 1).put("8").text("dk").put("C").text("Town")
	c.variable("D", 0, 22)
	c.variable("W", 0, 5)
	c.variable("Q3", 0, 5).put("A30/")
	c.put("D").whole(2).text("Q1").text("Q2").whole(2).put("1/").text("a little").put("2/").text("a lot")
	c.put("D").whole(1).text("S").whole(1).text("dk").text("does not know")
	c.put("E").whole(2).text("first line").text("second line").put("F")
	c.put("1/-1/").text("Berlin").put(base30(13_000_000_000) + "/.F/1T/")
	c.put("*.*.").text(" ").put("*.1.F/3000/")
	c.put("8/.3/").text("dk").put(base30(13_000_000_000) + ".F/-0/3+2/")
	return c
}

func openBytes(t testing.TB, b []byte) *data.Survey {
	t.Helper()
	s, err := Open(data.FromBytes("test.por", b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}
