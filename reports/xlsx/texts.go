package xlsx

import (
	"fmt"
	"strconv"
)

const textsPart = "xl/sharedStrings.xml"

// texts are those of a book, what every cell says, each once, by their numbers in the file. The long
// list says most of them thousands of times.
type texts struct {
	numbers map[string]int
	xml     []byte
}

func newTexts() *texts { return &texts{numbers: map[string]int{}} }

// of is the number of a text. Texts that are known already may be asked for on
// several threads.
func (t *texts) of(s string) int {
	n, ok := t.numbers[s]
	if !ok {
		n = len(t.numbers)
		t.numbers[s] = n
		t.xml = append(t.xml, `<si><t`...)
		w := inXML(s)
		if w.spaced {
			t.xml = append(t.xml, ` xml:space="preserve"`...)
		}
		t.xml = append(t.xml, '>')
		t.xml = append(t.xml, w.xml...)
		t.xml = append(t.xml, `</t></si>`...)
	}
	return n
}

// part is the part of the file that holds them.
func (t *texts) part(raw []byte) []byte {
	raw = append(raw, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="`...)
	raw = strconv.AppendInt(raw, int64(len(t.numbers)), 10)
	raw = append(raw, `">`...)
	raw = append(raw, t.xml...)
	return append(raw, `</sst>`...)
}

// definedNames are those of a book. They are written here and not by the
// library, which goes through all sheets for each that it knows when it is told
// of one more.
type definedNames struct{ xml []byte }

// add defines a name on a sheet, counted from 0.
func (n *definedNames) add(name string, sheet int, refersTo string) {
	n.xml = fmt.Appendf(n.xml, `<definedName localSheetId="%d" name="%s">%s</definedName>`, sheet, name, escapes.Replace(refersTo))
}
