package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What people do is said by itself where nothing that they say stands beside it: of 400, 300
// block and 100 do nothing. Where one question asks whether they are willing, the same people's
// words and deeds stand side by side, and it is not said again.
func TestWhatPeopleDoIsSaid(t *testing.T) {
	say := func(sharing string) string {
		folder := t.TempDir()
		rows := "name,mail,block,clear,none\n" + strings.Repeat("1,2,1,1,0\n2,1,1,0,0\n1,2,1,0,0\n2,2,0,0,1\n", 100)
		if err := os.WriteFile(filepath.Join(folder, "export.csv"), []byte(rows), 0o644); err != nil {
			t.Fatal(err)
		}
		r := reportOf(t, studyIn(t, folder, `study: Deeds
sources: export.csv
keep: [name, mail]
questions:
  deeds: {columns: [block, clear, none], measures: behaviour, type: multi, yes: 1, items: {block: Block cookies, clear: Clear the history, none: None of these}}
  gives: {`+sharing+`, measures: sharing, scale: {2: "No", 1: "Yes"}, top: 1}
`))
		_, said := chapterOf(t, r, "sharing")
		return said
	}
	const says = "What people do most: Block cookies, 75% ("
	if said := say("columns: [name, mail], items: {name: Name, mail: Mail}, type: grid"); !strings.Contains(said, says) || !strings.Contains(said, "say that they do none of these.") {
		t.Errorf("the report does not say %q: %s", says, said)
	}
	if said := say("column: name"); strings.Contains(said, "What people do most") {
		t.Errorf("what people do is said beside what they say, and again: %s", said)
	}
}
