package exports

import (
	"strings"
	"testing"
	"unicode/utf16"

	"tradeoff/data"
)

// Beginnings of files of other kinds, as their formats prescribe them.
func TestStrangers(t *testing.T) {
	for name, c := range map[string]struct{ content, want string }{
		"report.pdf":       {"%PDF-1.7\n", "a PDF document"},
		"a.7z":             {"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"},
		"book.xls":         {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.xls)"},
		"a.sas7bdat":       {strings.Repeat("\x00", 12) + "\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00", "a SAS data set (.sas7bdat), which is not read; export it as a transport file"},
		"a.cpt":            {strings.Repeat("**COMPRESSED** ", 5), "a SAS file of PROC CPORT"},
		"secret.sav":       {"\x1c\x00\x00\x00\x00\x00\x00\x00ENCRYPTEDSAV\x15\x00\x00\x00", "an SPSS file with a password"},
		"a.RData":          {"RDX3\nX\n", "an R workspace"},
		"a.rds":            {"X\n\x00\x00\x00\x03", "an R object"},
		"a.db":             {"SQLite format 3\x00", "an SQLite database"},
		"login.csv":        {"\ufeff\n <!DOCTYPE html><html>", "a web page"},
		"a.sss":            {"SSS\nVERSION 1.0\nSURVEY", "a Triple-S definition of the time before XML"},
		"a.lss":            {"<?xml version=\"1.0\"?><document>", "an XML document, which is not read"},
		"structure.txt":    {"id\trelated_id\tclass\ttype/scale\tname\n\t\tS\t\tsid\n", "the structure of a LimeSurvey questionnaire"},
		"lifecycle.xml":    {"<?xml version=\"1.0\"?><ddi:DDIInstance xmlns:ddi=\"ddi:instance:3_2\">", "DDI-Lifecycle, which is not read; export DDI-Codebook"},
		"survey.qsf":       {"{\"SurveyEntry\":{}}", "the questionnaire of Qualtrics"},
		"chart.png":        {"\x89PNG\r\n\x1a\n", "a picture"},
		"pictures.zip":     {zipped("a.png", "b.doc"), "a zip archive and not a workbook, and it holds no export that is read: a.png, b.doc; unpack it"},
		"two.zip":          {zipped("x/a.csv", "b.sav", "readme.txt"), "a zip archive of several exports: b.sav, a.csv; unpack it and name"},
		"sheet.ods":        {zipped("mimetype"), "a zip archive and not a workbook"},
		"empty.zip":        {"PK\x05\x06" + strings.Repeat("\x00", 18), "a zip archive and not a workbook"},
		"noise.bin":        {"\x00\x01\x02\x03\x04\x05\x06\x07", "no format that is read"},
		"broken.sav":       {"\x00\x01\x02\x03\x04\x05\x06\x07", "not an SPSS file although it is called .sav"},
		"letter.docx.xlsx": {zipped("word/document.xml"), "a zip archive and not a workbook"},
	} {
		_, err := Open([]*data.Input{text(name, c.content)}, nil)
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), name+": this is "+c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// A definition of Triple-S is told by what it holds, in any encoding, and its
// data file by its place beside it, which an input in memory has not.
func TestTripleS(t *testing.T) {
	const definition = `<sss version="2.0"><survey><record ident="A"><variable ident="1" type="logical"><name>q</name><position start="1"/></variable></record></survey></sss>`
	for name, content := range map[string]string{
		"a.sss":   "<?xml version=\"1.0\"?>" + definition,
		"a.xml":   "\ufeff" + definition,
		"b16.sss": utf16Text("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + definition),
	} {
		_, err := Open([]*data.Input{text(name, content)}, nil)
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), name+": its data file is not there") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// utf16Text is little-endian UTF-16 with its mark.
func utf16Text(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// A file is what it holds, not what it is called.
func TestWrongEnding(t *testing.T) {
	in := parquetFile(t, "answers.csv", crafted{data.Variable{Name: "q1"}, []string{"1", "2"}})
	s := survey(t, nil, in)
	if s.Files[0].Format != "Parquet" || !noted(s, "answers.csv is called .csv but is a Parquet file, and was read as one.") {
		t.Errorf("read as %s with notes %q", s.Files[0].Format, s.Codebook.Notes)
	}
	for _, name := range []string{"answers.dat", "answers", "ANSWERS.CSV"} {
		if s := survey(t, nil, text(name, "q1\n1\n2\n")); s.Files[0].Format != "CSV" {
			t.Errorf("%s was read as %s", name, s.Files[0].Format)
		}
	}
}

// Columns without a single row are no survey, in any format.
func TestNoRespondents(t *testing.T) {
	empty := crafted{data.Variable{Name: "q1"}, nil}
	for _, in := range []*data.Input{savFile(t, "a.sav", empty), parquetFile(t, "a.parquet", empty), text("a.csv", "q1,q2\n")} {
		if _, err := Open([]*data.Input{in}, nil); err == nil || !data.IsData(err) || !strings.Contains(err.Error(), "respondents") {
			t.Errorf("%s: %v, want a fault", in.Path, err)
		}
	}
}
