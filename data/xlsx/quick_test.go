package xlsx

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data/sheet"
)

// drawCell draws a cell, now and then a faulty one. It begins with "<c ".
func drawCell(t *rapid.T, row, column int) string {
	pick := func(what string, usual string, others ...string) string {
		if rapid.IntRange(0, 49).Draw(t, what+"?") > 0 {
			return usual
		}
		return rapid.SampledFrom(others).Draw(t, what)
	}
	at := sheet.Letters(column) + fmt.Sprint(row)
	attributes := pick("ref", fmt.Sprintf(`r="%s"`, at), "", `r="A1"`, `r="XFE3"`, `r="7"`, `r="C0`+fmt.Sprint(row)+`"`, `r='`+at+`'`, `r="`+at, `r=""`)
	attributes += pick("style", "", ` s="1"`, ` s="77"`, ` s="x"`, `  s="1"`, ` x="1"`)
	kind := rapid.SampledFrom([]string{"", "", "", ` t="n"`, ` t="s"`, ` t="str"`, ` t="inlineStr"`, ` t="b"`, ` t="e"`, ` t="d"`}).Draw(t, "type")
	attributes += pick("kind", kind, ` t="what"`, ` t="s" t="n"`, ` t="s" `)
	text := rapid.SampledFrom([]string{"0", "1", "17", "0.25", "-3", "44000.5", "yes", "a &amp; b", "&#233;", "é", "_x0041_", " x ", "", "2026-03-01", "\r\n", "a\rb", "a\"b'c>d", "\xff", "&bad;", strings.Repeat("long ", 30)}).Draw(t, "text")
	inside := pick("inside", rapid.SampledFrom([]string{"<v>" + text + "</v>", "<is><t>" + text + "</t></is>"}).Draw(t, "element"),
		"", "<f>A1</f>", "<f>A1</f><v>"+text+"</v>", "<v>"+text+"</v ><!-- c -->", "<is><t>a</t><rPh><t>b</t></rPh></is>", "<v/>", "<x:v>"+text+"</x:v>", "<v>"+text)
	if rapid.IntRange(0, 19).Draw(t, "closed") == 0 {
		return "<c " + attributes + "/>"
	}
	return "<c " + attributes + ">" + inside + "</c>"
}

// rowsOf reads all rows of a sheet, as text, with the error that ends them.
func rowsOf(rows iter.Seq2[*sheet.Row, error]) (out []string) {
	for r, err := range rows {
		if err != nil {
			return append(out, err.Error())
		}
		line := fmt.Sprint(r.Number)
		for i, c := range r.Cells {
			line += fmt.Sprintf(" %d:%q", c.Kind, r.Text(i))
		}
		out = append(out, line)
	}
	return out
}

// Cells read in one go say what the same cells say tag by tag, faults included. A tab
// behind the name of the tag is read tag by tag.
func TestQuickAgainstTags(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		for row := range rapid.IntRange(1, 5).Draw(rt, "rows") {
			fmt.Fprintf(&b, `<row r="%d">`, row+9)
			for column := range rapid.IntRange(0, 30).Draw(rt, "columns") {
				b.WriteString(drawCell(rt, row+9, column))
			}
			b.WriteString("</row>")
		}
		read := func(rows string) []string {
			p, err := openPackage(packed(t, parts(xmlSheet(rows), `<sst><si><t>one</t></si><si><t>two</t></si></sst>`)))
			if err != nil {
				t.Fatal(err)
			}
			w, err := p.readWorkbook()
			if err != nil {
				t.Fatal(err)
			}
			return rowsOf(w.rows(w.sheets[0]))
		}
		want := read(strings.ReplaceAll(b.String(), "<c ", "<c\t"))
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], `<c\t`, "<c ") // quoted in a message
		}
		if diff := cmp.Diff(want, read(b.String())); diff != "" {
			rt.Error(diff)
		}
	})
}
