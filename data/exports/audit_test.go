package exports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

// question is a crafted variable of numbers.
func question(name string, missing string, values string, pairs ...string) crafted {
	v := data.Variable{Name: name, Labels: labels(pairs...)}
	if missing != "" {
		v.Missing.Codes = strings.Fields(missing)
	}
	return crafted{v, strings.Split(values, " ")}
}

// What makes pooling wrong is refused, with the mapping or the labels to mend.
func TestPoolRefuses(t *testing.T) {
	agree := question("q1", "", "1 5", "1=agree", "3=neither", "5=disagree")
	for name, c := range map[string]struct {
		one, two *data.Input
		want     string
	}{
		"a scale turned round, .sav and Parquet": {savFile(t, "a.sav", agree), parquetFile(t, "b.parquet", question("q1", "", "1 5", "1=Disagree", "3=Neither", "5=Agree")),
			`b.parquet: column q1: answers have other codes than in a.sav: "Disagree" is 1 here and 5 there, "Agree" is 5 here and 1 there; if the mapping is right, write under sources in the study file: {file: b.parquet, recode: {q1: {1: 5, 5: 1}}}`},
		"a longer scale": {parquetFile(t, "a.parquet", agree), savFile(t, "b.sav", question("q1", "", "1 7", "1=agree", "7=disagree")),
			`b.sav: column q1: answers have other codes than in a.parquet: "disagree" is 7 here and 5 there; if the mapping is right, write under sources in the study file: {file: b.sav, recode: {q1: {7: 5}}}`},
		"a code for something else": {savFile(t, "a.sav", agree), parquetFile(t, "b.parquet", question("q1", "", "3", "3=don't care")),
			`b.parquet: column q1: code 3 is labelled "don't care", but "neither" in a.sav; if the code means the same, make the labels alike, else say under sources in the study file which code of this file is which (recode)`},
		"a word that is no label, .csv": {savFile(t, "a.sav", agree), text("b.csv", "q1\nagree\nno idea\n"),
			`b.csv: column q1: the column holds words for codes of a.sav, but "no idea" is none of its labels; say under sources in the study file which code it is: {file: b.csv, recode: {q1: {"no idea": ...}}}`},
	} {
		_, err := Open([]*data.Input{c.one, c.two}, nil)
		if err == nil || !data.IsData(err) || err.Error() != c.want {
			t.Errorf("%s: %v\nwant %s", name, err, c.want)
		}
	}
}

// A set that counts another code, or none, cannot be the same set.
func TestPoolRefusesSets(t *testing.T) {
	s := func(name, counted string) *data.Survey {
		book := data.Codebook{Variables: []data.Variable{{Name: "a"}}, Sets: []data.Set{{Name: "$m", Counted: counted, Variables: []string{"a"}}}}
		return data.New(book, []data.File{{Path: name}}, nil)
	}
	_, err := pool([]*data.Survey{s("a.sav", "1"), s("b.sav", "2")}, nil)
	want := "b.sav: column a: the multiple-response set $m counts code 2, but code 1 in a.sav; recode its variables under sources in the study file"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// What can be pooled and differs is said.
func TestPoolSays(t *testing.T) {
	one := savFile(t, "a.sav",
		crafted{data.Variable{Name: "q1", Label: "Do you worry?", Labels: labels("1=no", "2=yes", "3=a bit")}, []string{"1"}},
		question("q2", "8 9", "8", "1=no", "8=refused", "9=don't know"),
		question("q3", "", "1"),
		crafted{data.Variable{Name: "q4", Missing: data.Missing{HasRange: true, Low: 90, High: 99}}, []string{"95"}})
	two := parquetFile(t, "b.parquet",
		crafted{data.Variable{Name: "q1", Label: "Are you worried?", Labels: labels("1=No", "2=Yes", "4=perhaps")}, []string{"4"}},
		question("q2", "9", "8", "1=no", "9=Don't know"),
		question("q3", "", "1", "1=no", "2=yes"),
		question("q4", "", "95"))
	s := survey(t, nil, one, two)
	want := []string{
		`b.parquet words questions differently from the files before; make sure that they are the same questions: q1 ("Are you worried?" after "Do you worry?").`,
		`b.parquet has answers that the files before lack: q1 4 ("perhaps").`,
		`b.parquet lacks answers that the files before have: q1 3 ("a bit"), q2 8 ("refused").`,
		`b.parquet and a file before it label codes of the same variables in one of the two only; make sure that the codes mean the same: q3.`,
		`b.parquet and a file before it declare different missing values; those of both are missing in both: q2 (8), q4 (90 to 99).`,
	}
	if diff := cmp.Diff(want, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	if v := s.Codebook.Variable("q2"); !v.Missing.Declares("8") || !v.Missing.Declares("9") {
		t.Errorf("missing values are %+v, want those of both", v.Missing)
	}
}

// Nothing is said of waves that are alike, whatever their format, nor of a file
// that describes nothing.
func TestPoolSaysNothing(t *testing.T) {
	q := crafted{data.Variable{Name: "q1", Label: "Do you worry?", Labels: labels("1=no", "2=yes"), Missing: data.Missing{Codes: []string{"9"}}}, []string{"1", "9"}}
	s := survey(t, nil, savFile(t, "a.sav", q), parquetFile(t, "b.parquet", q), text("c.csv", "q1\nyes\nno\n"))
	want := []string{
		"q1 holds codes in a.sav and texts in c.csv; the texts are labels or codes and are read as the codes.",
	}
	if diff := cmp.Diff(want, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
}

// "Don't know" may have any code where it is declared missing in both.
func TestPoolMissingMoves(t *testing.T) {
	s := survey(t, nil, savFile(t, "a.sav", question("q1", "8", "8", "1=no", "8=don't know")), parquetFile(t, "b.parquet", question("q1", "99", "99", "1=no", "99=Don't know")))
	if v := s.Codebook.Variable("q1"); !v.Missing.Declares("8") || !v.Missing.Declares("99") || len(v.Labels) != 3 {
		t.Errorf("q1 is %+v, want both codes missing", v)
	}
}

// Items of a set that one wave adds belong to it, and what it lacks is said.
func TestPoolSets(t *testing.T) {
	s := func(name string, items ...string) *data.Survey {
		book := data.Codebook{Sets: []data.Set{{Name: "$m", Counted: "1", Variables: items}}}
		for _, item := range items {
			book.Variables = append(book.Variables, data.Variable{Name: item})
		}
		return data.New(book, []data.File{{Path: name}}, nil)
	}
	out, err := pool([]*data.Survey{s("a.sav", "x", "y"), s("b.sav", "y", "z")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]data.Set{{Name: "$m", Counted: "1", Variables: []string{"x", "y", "z"}}}, out.Codebook.Sets); diff != "" {
		t.Error(diff)
	}
	for _, note := range []string{"b.sav adds to the multiple-response set $m: z.", "b.sav lacks of the multiple-response set $m: x."} {
		if !noted(out, note) {
			t.Errorf("notes are %q, want %q", out.Codebook.Notes, note)
		}
	}
}

// A weight that one wave lacks is said.
func TestPoolWeight(t *testing.T) {
	s := func(name, weight string, names ...string) *data.Survey {
		book := data.Codebook{Weight: weight}
		for _, n := range names {
			book.Variables = append(book.Variables, data.Variable{Name: n})
		}
		return data.New(book, []data.File{{Path: name}}, nil)
	}
	out, err := pool([]*data.Survey{s("a.csv", "", "q"), s("b.csv", "", "q", "w"), s("c.sav", "w", "q", "w")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if out.Codebook.Weight != "w" || !noted(out, "c.sav names w as its weight, and a.csv has no such variable: its respondents have no weight.") || noted(out, "b.csv has no such") {
		t.Errorf("weight %q, notes %q", out.Codebook.Weight, out.Codebook.Notes)
	}
}

// With the mapping that the fault of a turned scale proposes, codes, labels and
// missing values stand where those of the first wave do.
func TestMapping(t *testing.T) {
	one := savFile(t, "a.sav", question("q1", "9", "1 5 9", "1=agree", "3=neither", "5=disagree", "9=refused"))
	two := parquetFile(t, "b.parquet", question("q1_new", "-1", "1 3 5 -1 2", "1=disagree", "3=neither", "5=agree", "-1=Refused"), question("x", "", "1 1 1 1 1"))
	m := Mapping{Rename: map[string]string{"q1_new": "q1"}, Recode: map[string]map[string]string{"q1": {"1": "5", "2": "4", "5": "1", "-1": "9"}}}
	s, err := Open([]*data.Input{one, two}, nil, Mapping{}, m)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"q1": {"1", "5", "9", "5", "3", "1", "9", "4"}, "x": {"", "", "", "1", "1", "1", "1", "1"}}
	if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	q1 := s.Codebook.Variable("q1")
	if diff := cmp.Diff(labels("1=agree", "3=neither", "5=disagree", "9=refused"), q1.Labels); diff != "" || !q1.Missing.Declares("9") || q1.Missing.Declares("-1") {
		t.Errorf("%s\nmissing %+v", diff, q1.Missing)
	}
	for _, note := range []string{"b.parquet: columns are renamed as the study says: q1_new is q1.", "b.parquet: codes of q1 are changed as the study says: -1 is 9, 1 is 5, 2 is 4, 5 is 1."} {
		if !noted(s, note) {
			t.Errorf("notes are %q, want %q", s.Codebook.Notes, note)
		}
	}
}

// Codes may become words, and words codes.
func TestMappingWords(t *testing.T) {
	one, two := text("a.csv", "country,q\nDE,1\nFR,2\n"), text("b.csv", "country,q\n1,yes\n2,no\n3,no\n")
	m := Mapping{Recode: map[string]map[string]string{"country": {"1": "DE", "2": "FR"}, "q": {"yes": "1", "no": "2"}}}
	s, err := Open([]*data.Input{one, two}, nil, Mapping{}, m)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"country": {"DE", "FR", "DE", "FR", "3"}, "q": {"1", "2", "1", "2", "2"}}
	if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	if v := s.Codebook.Variable("q"); v.Type != data.Number {
		t.Errorf("q is %v, want number", v.Type)
	}
}

// A mapping that names what is not there, or mixes what must not be mixed, is
// refused.
func TestMappingFaults(t *testing.T) {
	in := func() *data.Input {
		return savFile(t, "a.sav", question("q1", "8", "1 8", "1=no", "2=yes", "8=refused"), question("q2", "", "1 1"),
			crafted{data.Variable{Name: "day", Type: data.Time}, []string{"1970-01-02 00:00:00", ""}})
	}
	for want, m := range map[string]Mapping{
		"a.sav: column q9: the study renames this column to q1, and the file has none of that name; correct rename under sources":                          {Rename: map[string]string{"q9": "q1"}},
		"a.sav: column q2: the study renames a column so that q1 and q2 are both called q1; rename the other one too, or neither":                          {Rename: map[string]string{"q2": "q1"}},
		"a.sav: column q9: the study recodes this column, and the file has none of that name; correct recode under sources":                                {Recode: map[string]map[string]string{"q9": {"1": "2"}}},
		"a.sav: column q2: the study recodes this column, and the file has none of that name any more (it is renamed to q3); correct recode under sources": {Rename: map[string]string{"q2": "q3"}, Recode: map[string]map[string]string{"q2": {"1": "2"}}},
		"a.sav: column q1: the study recodes \"one\", and the column holds numbers; correct recode under sources":                                          {Recode: map[string]map[string]string{"q1": {"one": "2"}}},
		"a.sav: column day: the column holds dates or times, which have no codes; take it out of recode under sources":                                     {Recode: map[string]map[string]string{"day": {"1": "2"}}},
		"a.sav: column q1: recode would make 2 of 8, which is declared missing, and of 2, which is not; give one of them another code under sources":       {Recode: map[string]map[string]string{"q1": {"8": "2"}}},
		"a.sav: column q1: recode would make 8 of 8, which is declared missing, and of 3, which is not; give one of them another code under sources":       {Recode: map[string]map[string]string{"q1": {"3": "8"}}},
	} {
		_, err := Open([]*data.Input{in()}, nil, m)
		if err == nil || !data.IsData(err) || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

// Names may change places.
func TestMappingSwaps(t *testing.T) {
	s, err := Open([]*data.Input{text("a.csv", "x,y\n1,2\n3,4\n")}, nil, Mapping{Rename: map[string]string{"x": "y", "y": "x"}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"x": {"2", "4"}, "y": {"1", "3"}}, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
}

// A file may be given a variable that is the same for everybody in it. It comes
// with others and alone, and not in place of one that the file has.
func TestAddedVariables(t *testing.T) {
	open := func(header string) (*data.Survey, error) {
		return Open([]*data.Input{text("a.csv", "q\n1\n2\n"), text("b.csv", header+"3\n")}, []string{"wave"},
			Mapping{Add: map[string]string{"wave": "2024"}}, Mapping{Add: map[string]string{"wave": "2025"}, Rename: map[string]string{"q2": "q"}})
	}
	s, err := open("q2\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"q": {"1", "2", "3"}, "wave": {"2024", "2024", "2025"}}, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	var alone []int64
	for b, err := range s.Batches([]string{"wave"}) {
		if err != nil {
			t.Fatal(err)
		}
		alone = append(alone, b.Record.NumRows())
	}
	if diff := cmp.Diff([]int64{2, 1}, alone); diff != "" {
		t.Error(diff)
	}
	for header, want := range map[string]string{
		"wave\n": "b.csv: column wave: the study gives everybody in the file the wave 2025, and the file has a column wave already; rename that one under sources ({file: b.csv, rename: {wave: ..}}), or take wave: out there and use the column",
	} {
		if _, err := open(header); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", header, err)
		}
	}
}
