package exports

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// zipped is an archive of files that hold one number each.
func zipped(names ...string) string {
	files := []string{}
	for _, n := range names {
		files = append(files, n, "x\n1\n")
	}
	return packed(files...)
}

// packed is a zip archive of files, named and filled by turns.
func packed(files ...string) string { return string(readertest.Zip(files...)) }

// gzipped is a gzip archive of bytes.
func gzipped(b []byte) string { return string(readertest.Gzip(b)) }

// bytesOf is all that a file holds.
func bytesOf(t testing.TB, in *data.Input) []byte {
	t.Helper()
	b, err := in.Head(in.Size)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// An export in an archive is the export, under the names of both.
func TestArchives(t *testing.T) {
	q := crafted{data.Variable{Name: "q1"}, []string{"1", "2", ""}}
	sav, parquet := bytesOf(t, savFile(t, "a.sav", q)), bytesOf(t, parquetFile(t, "a.parquet", q))
	const csv = "q1\n1\n2\nNA\n"
	for name, c := range map[string]struct{ content, file, format string }{
		"a.csv.gz":     {gzipped([]byte(csv)), "a.csv in a.csv.gz", "CSV"},
		"b.sav.gz":     {gzipped(sav), "b.sav in b.sav.gz", "SPSS"},
		"export":       {gzipped(parquet), "export in export", "Parquet"},
		"c.zip":        {packed("folder/", "", "folder/c.csv", csv, "folder/README.txt", "q1: a question", "m.pdf", "%PDF"), "c.csv in c.zip", "CSV"},
		"j.json":       {"[{\"q1\": 1}, {\"q1\": 2},\n{\"q1\": null}]", "j.json", "JSON"},
		"k.ndjson.gz":  {gzipped([]byte("{\"q1\":1}\n{\"q1\":2}\n{}\n")), "k.ndjson in k.ndjson.gz", "JSON Lines"},
		"text.zip":     {packed("c.txt", csv), "c.txt in text.zip", "CSV"},
		"d.zip":        {packed("d.sav", string(sav), "__MACOSX/._d.sav", "x"), "d.sav in d.zip", "SPSS"},
		"misnamed.csv": {packed("e.parquet", string(parquet)), "e.parquet in misnamed.csv", "Parquet"},
	} {
		t.Run(name, func(t *testing.T) {
			s := survey(t, nil, text(name, c.content))
			if s.Files[0].Name() != c.file || s.Files[0].Format != c.format {
				t.Errorf("read %s as %s", s.Files[0].Name(), s.Files[0].Format)
			}
			if diff := cmp.Diff([]string{"1", "2", ""}, readertest.Cells(t, s, "q1")["q1"]); diff != "" {
				t.Error(diff)
			}
		})
	}
	if s := survey(t, nil, text("c.zip", packed("c.csv", csv, "README.txt", "x", "m.pdf", "y"))); !noted(s, "c.zip also holds files that were not read: README.txt, m.pdf.") {
		t.Errorf("notes %q", s.Codebook.Notes)
	}
}

// Rows of an archive are kept from opening as those of a file are, and read once.
func TestArchivesKeepRows(t *testing.T) {
	const csv = "q1\n1\n2\n"
	const definition = `<codeBook><dataDscr><var name="q1"/></dataDscr></codeBook>`
	for name, content := range map[string]string{"a.csv": csv, "a.csv.gz": gzipped([]byte(csv)), "a.zip": packed("a.csv", csv), "b.zip": packed("a.csv", csv, "a.xml", definition)} {
		for _, room := range []int64{0, 1 << 20} {
			in := text(name, content)
			in.Room = room
			if s := survey(t, nil, in); (s.Kept() > 0) != (room > 0) {
				t.Errorf("%s with room for %d bytes keeps %d", name, room, s.Kept())
			}
		}
	}
}

// A definition in an archive finds its data there, whatever else is text.
func TestDefinitionInArchive(t *testing.T) {
	const definition = `<sss version="2.0"><survey><record ident="A"><variable ident="1" type="single"><name>q</name><position start="1"/><values><value code="1">Yes</value></values></variable></record></survey></sss>`
	for _, name := range []string{"x/wave.sss", "x/wave.xml"} {
		s := survey(t, nil, text("wave.zip", packed(name, definition, "x/wave.asc", "1\n2\n", "x/read me.txt", "hello")))
		if diff := cmp.Diff([]string{"1", "2"}, readertest.Cells(t, s, "q")["q"]); diff != "" || s.Codebook.Variables[0].LabelOf("1") != "Yes" {
			t.Error(diff)
		}
		if !noted(s, "wave.zip also holds files that were not read: read me.txt.") {
			t.Errorf("notes %q", s.Codebook.Notes)
		}
	}
	s := survey(t, nil, text("ddi.zip", packed("b.csv", "q\n1\n2\n", "b.xml", `<codeBook><dataDscr><var name="q"><catgry><catValu>1</catValu><labl>Yes</labl></catgry></var></dataDscr></codeBook>`, "other.xml", "<x/>")))
	if diff := cmp.Diff([]string{"1", "2"}, readertest.Cells(t, s, "q")["q"]); diff != "" || s.Codebook.Variables[0].LabelOf("1") != "Yes" || s.Files[0].Name() != "b.xml in ddi.zip" {
		t.Error(diff, s.Files)
	}
	const syntax = "GET DATA /TYPE=TXT /FILE='c.dat' /VARIABLES=q F1.\nVALUE LABELS q 1 'Yes'."
	s = survey(t, nil, text("sps.zip", packed("c.dat", "1\n2\n", "c.sps", syntax, "c.csv", "q\n3\n", "analysis.R", "data <- 1", "tables.sps", "FREQUENCIES q.")))
	if diff := cmp.Diff([]string{"1", "2"}, readertest.Cells(t, s, "q")["q"]); diff != "" || s.Codebook.Variables[0].LabelOf("1") != "Yes" || s.Files[0].Name() != "c.sps in sps.zip" {
		t.Error(diff, s.Files)
	}
	s = survey(t, nil, text("both.zip", packed("c.dat", "1\n2\n", "c.sps", syntax, "c.sav", string(bytesOf(t, savFile(t, "a.sav", crafted{data.Variable{Name: "q1"}, []string{"1"}}))))))
	if s.Files[0].Name() != "c.sav in both.zip" {
		t.Error(s.Files)
	}
	_, err := Open([]*data.Input{text("wave.zip", packed("wave.sss", definition))}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "wave.sss in wave.zip: its data file is not there") {
		t.Error(err)
	}
}

// What is wrong inside an archive is said of the file in it.
func TestFaultsInArchives(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"a.zip":     {packed("a.csv", "q1,q2\n1\n"), "a.csv in a.zip:2: the last line is incomplete|a.csv in a.zip:2: this line has 1 field and the header 2"},
		"b.zip":     {packed("b.csv", ""), "b.csv in b.zip: the file is empty"},
		"c.csv.gz":  {"\x1f\x8b\x08\x00rest", "c.csv in c.csv.gz: the file cannot be unpacked: the archive is cut off or damaged"},
		"d.zip":     {packed("d.csv", "q1\n1\n")[:60], "d.zip: the zip archive is incomplete or damaged"},
		"e.gz":      {gzipped([]byte(gzipped([]byte("q1\n1\n")))), "e in e.gz: this is a gzip archive in an archive"},
		"f.tar.gz":  {gzipped([]byte(strings.Repeat("a", 257) + "ustar\x00")), "f.tar in f.tar.gz: this is a tar archive"},
		"g.zip":     {packed("g.csv", packed("x.csv", "q1\n1\n")), "g.csv in g.zip: this is a zip archive in an archive"},
		"bomb.zip":  {packed("h.csv", "q1\n"+strings.Repeat("1\n", 40<<20)), "h.csv in bomb.zip: the file unpacks from"},
		"empty.zip": {packed(), "empty.zip: this is a zip archive and not a workbook, and it is empty"},
	} {
		_, err := Open([]*data.Input{text(name, c.content)}, nil)
		ok := false
		for want := range strings.SplitSeq(c.want, "|") {
			ok = ok || err != nil && strings.HasPrefix(err.Error(), want)
		}
		if !ok || !data.IsData(err) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// Kaggle's surveys as published, zip archives with documents beside the CSV: rows
// and countries of the README there, counted by its author.
func TestKaggleArchives(t *testing.T) {
	for file, c := range map[string]struct {
		rows    int64
		country string
		people  map[string]int
	}{
		"kaggle-survey-2020.zip": {20036, "Q3", map[string]int{"India": 5851, "United States of America": 2237, "Other": 1388, "Brazil": 694}},
		"kaggle-survey-2022.zip": {23997, "Q4", map[string]int{"India": 8792, "United States of America": 2920, "Other": 1430, "Brazil": 833, "Nigeria": 731}},
	} {
		s := survey(t, nil, readertest.Input(t, sharedtest.Path(t, "surveys", "kaggle-ds-survey", file)))
		if s.Rows() != c.rows || !strings.HasSuffix(s.Files[0].Name(), "_responses.csv in "+file) || !noted(s, file+" also holds files that were not read: ") {
			t.Errorf("%s: %d rows of %s, notes %q", file, s.Rows(), s.Files[0].Name(), s.Codebook.Notes)
		}
		counts := map[string]int{}
		for _, v := range readertest.Cells(t, s, c.country)[c.country] {
			counts[v]++
		}
		for country, n := range c.people {
			if counts[country] != n {
				t.Errorf("%s: %d in %s, want %d", file, counts[country], country, n)
			}
		}
	}
}
