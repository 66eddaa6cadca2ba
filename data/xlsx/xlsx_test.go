package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"tradeoff/data"
	"tradeoff/data/csv"
	"tradeoff/data/readertest"
	"tradeoff/data/sheet/sheettest"
	"tradeoff/internal/sharedtest"
)

const null = sheettest.Null

// open opens a file of the shared material.
func open(t testing.TB, parts ...string) (*data.Survey, error) {
	t.Helper()
	in, err := data.FromFile(sharedtest.Path(t, parts...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	return Open(in)
}

// TestSurveys opens the real workbooks. Shapes are those of the READMEs; of
// the rows of the salary survey 93 are blank and 28,106 are not.
func TestSurveys(t *testing.T) {
	for _, tt := range []struct{ file, shape, refused string }{
		{"ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx", "28106 x 18", ""},
		{"digital-experiments-us/digex-survey-responses-raw.xlsx", "499 x 55", ""},
		{"rstudio-r-community/2019 English R Community Survey Responses.xlsx", "1838 x 52", ""},
		{"kaggle-ds-survey/kaggle-survey-2020.zip", "", "unzip it first"},
		{"kaggle-ds-survey/kaggle-survey-2022.zip", "", "unzip it first"},
	} {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			s, err := open(t, "surveys", tt.file)
			if tt.refused != "" {
				if !data.IsData(err) || !strings.Contains(err.Error(), tt.refused) {
					t.Fatalf("error %v, want %q in it", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := sheettest.Shape(t, s); got != tt.shape {
				t.Errorf("%s, want %s", got, tt.shape)
			}
		})
	}
}

// TestAskAManager checks counts that the README states, and where blanks at
// the end of an answer split it there (industry and country), counts that a
// script in Python made of the parts after removing them.
func TestAskAManager(t *testing.T) {
	s, err := open(t, "surveys/ask-a-manager-2021/Ask A Manager Salary Survey 2021 (Responses).xlsx")
	if err != nil {
		t.Fatal(err)
	}
	v := s.Codebook.Variables
	if v[0].Type != data.Time {
		t.Errorf("timestamps are %s", v[0].Type)
	}
	age := map[string]int{"18-24": 1236, "25-34": 12668, "35-44": 9907, "45-54": 3192, "55-64": 994, "65 or over": 95, "under 18": 14}
	if d := cmp.Diff(age, sheettest.Counts(t, s, v[1].Name)); d != "" {
		t.Error(d)
	}
	industry := sheettest.Counts(t, s, v[2].Name)
	delete(industry, null)
	if len(industry) != 1133 || industry["Computing or Tech"] != 4710 || industry["Nonprofits"] != 2419 {
		t.Errorf("%d industries, Computing or Tech %d, Nonprofits %d", len(industry), industry["Computing or Tech"], industry["Nonprofits"])
	}
	country := sheettest.Counts(t, s, v[10].Name)
	if country["USA"] != 8412 || country["US"] != 2630 {
		t.Errorf("USA %d, US %d", country["USA"], country["US"])
	}
}

// TestSameAsCSV compares the R community survey, published as CSV and as
// workbook, cell by cell.
func TestSameAsCSV(t *testing.T) {
	folder := "surveys/rstudio-r-community/2019 English R Community Survey Responses"
	book, err := open(t, folder+".xlsx")
	if err != nil {
		t.Fatal(err)
	}
	in, err := data.FromFile(sharedtest.Path(t, folder+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	text, err := csv.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(text.Codebook.Names(), book.Codebook.Names()); d != "" {
		t.Fatal(d)
	}
	want, _ := sheettest.Values(t, text, nil)
	got, _ := sheettest.Values(t, book, nil)
	for k, name := range book.Codebook.Names() {
		for i := range want[k] {
			w, g := want[k][i], got[k][i]
			if book.Codebook.Variables[k].Type == data.Time {
				at, err := time.Parse("1/2/2006 15:04:05", w)
				if err != nil {
					t.Fatal(err)
				}
				w = at.Format(time.DateTime)
			}
			if w != g {
				t.Fatalf("%s, respondent %d: the CSV has %q, the workbook %q", name, i+1, w, g)
			}
		}
	}
}

// facts are the counts that the manifest of the bad inputs states.
var facts = map[string]int{"1": 10, "2": 6, "3": 20, "4": 14, "5": 9, "98": 1}

// TestBadInputs opens every workbook of the manifest.
func TestBadInputs(t *testing.T) {
	for _, tt := range []struct {
		file    string
		refused []string // all in the message; nil: opened with the facts of the control
		notes   []string
	}{
		{file: "control.xlsx"},
		{file: "x01_csv_inside.xlsx", refused: []string{"not a workbook", "looks like text"}},
		{file: "x02_zip_cut.xlsx", refused: []string{"the workbook is incomplete"}},
		{file: "x03_sheet_inflates_400_mb.xlsx", refused: []string{"inflates", "400 MB", "the limit is"}},
		{file: "x04_text_index_outside.xlsx", refused: []string{"row 5", "cell A5"}},
		{file: "x05_cell_beyond_the_sheet.xlsx", refused: []string{"XFE1048577"}},
		{file: "x06_merge_everything.xlsx"},
		{file: "x07_error_value.xlsx", notes: []string{"error value", "weight (row 12)"}},
		{file: "x08_formula_without_value.xlsx", refused: []string{"row 9", "column weight", "save it with its values"}},
		{file: "x09_hidden_first_sheet.xlsx", notes: []string{`from sheet "Data"`, `"Notes" (hidden)`}},
		{file: "x10_numbers_as_text.xlsx"},
	} {
		t.Run(tt.file, func(t *testing.T) {
			s, err := open(t, "badinputs", tt.file)
			if tt.refused != nil {
				if !data.IsData(err) {
					t.Fatalf("error %v, want a fault of the data", err)
				}
				sheettest.KeepsSecrets(t, err.Error())
				for _, want := range append(tt.refused, tt.file) {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("%q is not in: %v", want, err)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			sheettest.KeepsSecrets(t, strings.Join(s.Codebook.Notes, "\n"))
			for _, want := range tt.notes {
				if !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), want) {
					t.Errorf("%q is not in the notes: %v", want, s.Codebook.Notes)
				}
			}
			if got := sheettest.Shape(t, s); got != "60 x 15" {
				t.Errorf("%s, want 60 x 15", got)
			}
			if got := sheettest.Counts(t, s, "q1_comfort"); !maps.Equal(got, facts) {
				t.Errorf("q1_comfort %v, want %v", got, facts)
			}
		})
	}
}

// TestErrorValue checks what the pipeline needs to name row, column and error
// of a weight that is a failed formula.
func TestErrorValue(t *testing.T) {
	s, err := open(t, "badinputs/x07_error_value.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Codebook.Variable("weight").Type; got != data.Text {
		t.Errorf("weight is %s", got)
	}
	values, rows := sheettest.Values(t, s, []string{"weight"})
	if values[0][10] != "#DIV/0!" || rows[10] != 12 {
		t.Errorf("row %d holds %q, want #DIV/0! in row 12", rows[10], values[0][10])
	}
}

// TestIsWorkbook tells workbooks from other archives.
func TestIsWorkbook(t *testing.T) {
	for file, want := range map[string]bool{
		"badinputs/control.xlsx":                          true,
		"badinputs/x02_zip_cut.xlsx":                      true, // so that Open says what is wrong
		"badinputs/x01_csv_inside.xlsx":                   false,
		"surveys/kaggle-ds-survey/kaggle-survey-2020.zip": false,
	} {
		in, err := data.FromFile(sharedtest.Path(t, file))
		if err != nil {
			t.Fatal(err)
		}
		if got := IsWorkbook(in); got != want {
			t.Errorf("%s: %v", file, got)
		}
		in.Close()
	}
}

// written is a workbook made by excelize, as an input.
func written(t testing.TB, fill func(f *excelize.File)) *data.Input {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return data.FromBytes("book.xlsx", b.Bytes())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// columns opens a workbook and returns its values by name.
func columns(t testing.TB, in *data.Input) (map[string][]string, []int64, *data.Survey) {
	t.Helper()
	s, err := Open(in)
	if err != nil {
		t.Fatal(err)
	}
	values, rows := sheettest.Values(t, s, nil)
	out := map[string][]string{}
	for i, n := range s.Codebook.Names() {
		out[n] = values[i]
	}
	return out, rows, s
}

// TestWritten reads what excelize writes: every kind of cell, gaps, title
// rows, other sheets.
func TestWritten(t *testing.T) {
	at := time.Date(2026, 3, 1, 13, 14, 15, 0, time.UTC)
	for _, epoch1904 := range []bool{false, true} {
		in := written(t, func(f *excelize.File) {
			must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &epoch1904}))
			must(t, f.SetCellValue("Sheet1", "A1", "About this survey"))
			_, err := f.NewSheet("Answers")
			must(t, err)
			rows := [][]any{
				1: {"Results of 2026"},
				3: {nil, "id", "when", "agrees", "why", "mixed", nil, "score"},
				4: {nil, 1, at, true, "a <b> & \"c\"", 5, nil, 0.1},
				6: {nil, 2, at.AddDate(0, 1, 0), false, "ünï\nline", "NA", nil, "2.5"},
				7: {nil, nil, nil, nil, nil, nil, nil, ""},
				9: {nil, 3, at.AddDate(-100, 0, 0), nil, nil, "word", nil, "NA"},
			}
			for i, r := range rows {
				for k, v := range r {
					if v == nil {
						continue
					}
					cell, err := excelize.CoordinatesToCellName(k+1, i+1)
					must(t, err)
					must(t, f.SetCellValue("Answers", cell, v))
				}
			}
		})
		got, rows, s := columns(t, in)
		want := map[string][]string{
			"id":     {"1", "2", "3"},
			"when":   {"2026-03-01 13:14:15", "2026-04-01 13:14:15", "1926-03-01 13:14:15"},
			"agrees": {"TRUE", "FALSE", null},
			"why":    {`a <b> & "c"`, "ünï\nline", null},
			"mixed":  {"5", null, "word"},
			"score":  {"0.1", "2.5", null},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("1904 %v: %s", epoch1904, d)
		}
		if d := cmp.Diff([]int64{5, 7, 10}, rows); d != "" {
			t.Error(d)
		}
		for name, kind := range map[string]data.Type{"id": data.Number, "when": data.Time, "score": data.Number, "mixed": data.Text} {
			if got := s.Codebook.Variable(name).Type; got != kind {
				t.Errorf("%s is %s", name, got)
			}
		}
		notes := strings.Join(s.Codebook.Notes, "\n")
		for _, want := range []string{`from sheet "Answers"`, "The header is in row 4"} {
			if !strings.Contains(notes, want) {
				t.Errorf("%q is not in the notes: %s", want, notes)
			}
		}
	}
}

// TestAgainstExcelize reads the real workbooks and the control cell by cell
// with both.
func TestAgainstExcelize(t *testing.T) {
	for _, file := range []string{
		"badinputs/control.xlsx",
		"badinputs/x10_numbers_as_text.xlsx",
		"surveys/digital-experiments-us/digex-survey-responses-raw.xlsx",
	} {
		s, err := open(t, file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenFile(sharedtest.Path(t, file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		want, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		values, rows := sheettest.Values(t, s, nil)
		for k, v := range s.Codebook.Variables {
			if v.Type == data.Time {
				continue // excelize gives the serial number; TestWritten checks dates
			}
			for i, row := range rows {
				w := ""
				if r := want[row-1]; k < len(r) {
					w = strings.TrimRight(r[k], " \n\r\t")
				}
				g := values[k][i]
				if g == null {
					g = ""
				}
				if na := strings.TrimSpace(w); na == "NA" || na == "N/A" && g == "" {
					w = ""
				}
				if w != g && !sameNumber(w, g) {
					t.Fatalf("%s, row %d, %s: %q, excelize %q", file, row, v.Name, g, w)
				}
			}
		}
	}
}

// sameNumber compares numbers that may be written with more or fewer digits.
func sameNumber(a, b string) bool {
	x, err := strconv.ParseFloat(a, 64)
	if err != nil {
		return false
	}
	y, err := strconv.ParseFloat(b, 64)
	return err == nil && x == y
}

// parts is a minimal workbook around the XML of a sheet and of the shared
// texts.
func parts(sheetXML, sharedXML string) map[string]string {
	return map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId3" Type="x/styles" Target="styles.xml"/></Relationships>`,
		"xl/styles.xml":              `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\-mmm;@"/><numFmt numFmtId="165" formatCode="&quot;day &quot;0.0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml":       sharedXML,
		"xl/worksheets/sheet1.xml":   sheetXML,
	}
}

// packed zips parts, in the order of their names.
func packed(t testing.TB, parts map[string]string) *data.Input {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(parts[name]))
		must(t, err)
	}
	must(t, z.Close())
	return data.FromBytes("book.xlsx", b.Bytes())
}

// xmlSheet wraps rows.
func xmlSheet(rows string) string {
	return "<worksheet><sheetData>" + rows + "</sheetData></worksheet>"
}

const twoNames = `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`

// TestXML reads one small sheet for each way to write a cell.
func TestXML(t *testing.T) {
	for _, tt := range []struct {
		name, rows, shared string
		want               map[string][]string
	}{
		{"no references", `<row><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>b</t></is></c></row><row><c><v>1</v></c><c><v>2</v></c></row>`, "",
			map[string][]string{"a": {"1"}, "b": {"2"}}},
		{"prefixes", `<x:row r="1"><x:c r="A1" t="str"><x:v>a</x:v></x:c><x:c r="B1" t="str"><x:v>b</x:v></x:c></x:row><x:row r="2"><x:c r="A2"><x:v>1</x:v></x:c><x:c r="B2"><x:v>2</x:v></x:c></x:row>`, "",
			map[string][]string{"a": {"1"}, "b": {"2"}}},
		{"shared, rich, phonetic", twoNames + `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>2</v></c></row>`,
			`<sst><si><r><t>bold</t></r><r><rPr><b/></rPr><t xml:space="preserve"> and plain</t></r></si><si/><si><t>x</t><rPh sb="0" eb="1"><t>sound</t></rPh></si></sst>`,
			map[string][]string{"a": {"bold and plain"}, "b": {"x"}}},
		{"entities and escapes", twoNames + `<row r="2"><c r="A2" t="inlineStr"><is><t>&lt;&#233;&#x20AC;&amp;_x000D_y_x0041_</t></is></c><c r="B2" t="inlineStr"><is><t><![CDATA[<raw & text>]]></t></is></c></row>`, "",
			map[string][]string{"a": {"<é€&\nyA"}, "b": {"<raw & text>"}}},
		{"comments and line ends", "<!-- <row> -->" + twoNames + "\r\n<row r='2'  >\n<c r='A2'\n><v>1</v></c><!-- > --><c r='B2' t='str'><v>x\r\ny</v></c></row>", "",
			map[string][]string{"a": {"1"}, "b": {"x\ny"}}},
		{"formulas with values", twoNames + `<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>"x"</f><v>x</v></c></row><row r="3"><c r="A3"><f t="shared" si="0"/><v>3</v></c><c r="B3" t="str"><f>""</f><v></v></c></row>`, "",
			map[string][]string{"a": {"2", "3"}, "b": {"x", null}}},
		{"dates by style", twoNames + `<row r="2"><c r="A2" s="1"><v>44197</v></c><c r="B2" s="2"><v>1</v></c></row><row r="3"><c r="A3" s="1"><v>44197.5</v></c><c r="B3" s="2"><v>61</v></c></row>`, "",
			// 44197 is 2021-01-01; 61 is 1900-03-01, behind the day that never was.
			map[string][]string{"a": {"2021-01-01 00:00:00", "2021-01-01 12:00:00"}, "b": {"1900-01-01 00:00:00", "1900-03-01 00:00:00"}}},
		{"styles that are no dates", twoNames + `<row r="2"><c r="A2" s="3"><v>44197</v></c><c r="B2" s="4"><v>0.5</v></c></row>`, "",
			map[string][]string{"a": {"44197"}, "b": {"0.5"}}},
		{"dates among words", twoNames + `<row r="2"><c r="A2" s="1"><v>44197</v></c><c r="B2"><v>1</v></c></row><row r="3"><c r="A3" t="str"><v>soon</v></c><c r="B3"><v>2</v></c></row>`, "",
			map[string][]string{"a": {"2021-01-01", "soon"}, "b": {"1", "2"}}},
		{"ISO dates", twoNames + `<row r="2"><c r="A2" t="d"><v>2026-03-01T10:00:00</v></c><c r="B2"><v>1</v></c></row>`, "",
			map[string][]string{"a": {"2026-03-01 10:00:00"}, "b": {"1"}}},
		{"numbers in other forms", twoNames + `<row r="2"><c r="A2"><v>5.0</v></c><c r="B2"><v>1E-3</v></c></row><row r="3"><c r="A3" t="str"><v>x</v></c><c r="B3"><v>0.30000000000000004</v></c></row>`, "",
			map[string][]string{"a": {"5", "x"}, "b": {"0.001", "0.30000000000000004"}}},
		{"no name above values", twoNames + `<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c><c r="D2"><v>3</v></c></row>`, "",
			map[string][]string{"a": {"1"}, "b": {"2"}, "column_4": {"3"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, _ := columns(t, packed(t, parts(xmlSheet(tt.rows), tt.shared)))
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestRefuses checks that a fault names its place and says what was found.
func TestRefuses(t *testing.T) {
	answers := `<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>`
	for _, tt := range []struct {
		name string
		xml  string
		want string
	}{
		{"header only", xmlSheet(twoNames), "no visible sheet (\"Data\") holds a header with respondents"},
		{"out of order", xmlSheet(twoNames + answers + answers), "row 2: row 2 stands behind row 2"},
		{"cells out of order", xmlSheet(twoNames + `<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>`), `cell "A2" stands behind cell B2`},
		{"cell in another row", xmlSheet(twoNames + `<row r="2"><c r="B3"><v>1</v></c></row>`), `cell "B3" stands in row 2`},
		{"row beyond", xmlSheet(twoNames + `<row r="1048577"/>`), "lies outside of a sheet"},
		{"unknown type", xmlSheet(twoNames + `<row r="2"><c t="zz"><v>1</v></c></row>`), "unknown type"},
		{"entity", xmlSheet(twoNames + `<row r="2"><c t="str"><v>&who;</v></c></row>`), "refers to a character that does not exist"},
		{"document type", `<!DOCTYPE w [<!ENTITY a "b">]>` + xmlSheet(twoNames+answers), "declares a document type"},
		{"cut", "<worksheet><sheetData>" + twoNames + answers, "ends too early"},
		{"cut in a tag", "<worksheet><sheetData>" + twoNames + "<row r=", "ends too early"},
		{"no UTF-8", xmlSheet(twoNames + "<row r=\"2\"><c t=\"str\"><v>\xff</v></c></row>"), "no UTF-8"},
		{"long cell", xmlSheet(twoNames + `<row r="2"><c t="str"><v>` + strings.Repeat("y", maxCell+1) + `</v></c></row>`), "cell A2 holds more than 32,767 characters"},
		{"several formulas", xmlSheet(twoNames + `<row r="2"><c r="A2"><f>1</f></c><c r="B2"><v>1</v></c></row><row r="3"><c r="B3"><f>2</f></c></row>`),
			"book.xlsx: row 2: column a: cell A2 is a formula that was never calculated; open the workbook, let it calculate, and save it with its values\nbook.xlsx: row 3: column b: cell B3"},
		{"name twice", xmlSheet(`<row r="1"><c r="A1" t="str"><v>sex</v></c><c r="C1" t="str"><v>sex</v></c></row>` + answers), "column sex: columns A and C have the same name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(packed(t, parts(tt.xml, "")))
			if !data.IsData(err) {
				t.Fatalf("error %v, want a fault of the data", err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestOtherFiles refuses what is no workbook with the way out.
func TestOtherFiles(t *testing.T) {
	for name, want := range map[string]string{
		"":                                     "the file is empty",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00": "old .xls workbook or one with a password",
		"<!DOCTYPE html><html>":                "web page",
		"\x00\x01\x02":                         "this is not an Excel workbook",
	} {
		_, err := Open(data.FromBytes("book.xlsx", []byte(name)))
		if !data.IsData(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for part, want := range map[string]string{"xl/workbook.bin": ".xlsb", "a.csv": "unzip it first"} {
		_, err := Open(packed(t, map[string]string{part: "x"}))
		if !data.IsData(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", part, err)
		}
	}
}

// TestDamage flips every byte of a workbook, one at a time: it is refused as
// a fault or read, and never anything else.
func TestDamage(t *testing.T) {
	in := packed(t, parts(xmlSheet(twoNames+`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>`), `<sst><si><t>x</t></si></sst>`))
	whole, err := in.Head(in.Size)
	must(t, err)
	for i := range whole {
		b := bytes.Clone(whole)
		b[i] ^= 0x41
		try(t, b)
		try(t, whole[:i])
	}
}

// try opens bytes and reads what opens.
func try(t *testing.T, b []byte) {
	t.Helper()
	in := data.FromBytes("book.xlsx", b)
	IsWorkbook(in)
	s, err := Open(in)
	if err != nil {
		if !data.IsData(err) {
			t.Fatalf("%v is no fault", err)
		}
		return
	}
	rows := int64(0)
	for batch, err := range s.Batches(nil) {
		if err != nil {
			t.Fatal(err)
		}
		rows += batch.Record.NumRows()
	}
	if rows == 0 || rows != s.Files[0].Rows {
		t.Fatalf("%d rows, the survey says %d", rows, s.Files[0].Rows)
	}
}

// FuzzSheet reads any XML as sheet and as shared texts.
func FuzzSheet(f *testing.F) {
	f.Add(xmlSheet(twoNames+`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>`), `<sst><si><t>x</t></si></sst>`)
	f.Add(xmlSheet(`<x:row><x:c t="str"><x:v>a</x:v></x:c><c t="str"><v>b</v></c></x:row><row><c s="1"><v>44197</v></c><c t="e"><v>#N/A</v></c></row>`), `<sst><si><r><t>_x000D_</t></r><rPh><t>y</t></rPh></si></sst>`)
	f.Add(xmlSheet(twoNames+`<row r="9"><c r="A9" t="inlineStr"><is><t>&#233;</t></is></c><c r="B9"><f>x</f></c></row>`), `<!-- -->`)
	f.Add("<worksheet><sheetData><![CDATA[x]]>"+twoNames+twoNames, "<sst><si><t>")
	f.Fuzz(func(t *testing.T, sheetXML, sharedXML string) {
		in := packed(t, parts(sheetXML, sharedXML))
		b, err := in.Head(in.Size)
		must(t, err)
		try(t, b)
	})
}

// FuzzFile reads any bytes as a workbook.
func FuzzFile(f *testing.F) {
	in := packed(f, parts(xmlSheet(twoNames+`<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>0</v></c></row>`), `<sst/>`))
	b, err := in.Head(in.Size)
	must(f, err)
	f.Add(b)
	for _, b := range readertest.Seeds(f, ".xlsx") {
		f.Add(b)
	}
	f.Fuzz(try)
}

// BenchmarkRows gives MB/s of inflated sheet XML; BenchmarkExcelize is the
// same workbook through excelize's row iterator.
func BenchmarkRows(b *testing.B) {
	in, size := benchmarkBook(b)
	s, err := Open(in)
	must(b, err)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range s.Batches(nil) {
			must(b, err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	in, size := benchmarkBook(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		_, err := Open(in)
		must(b, err)
	}
}

func BenchmarkExcelize(b *testing.B) {
	in, size := benchmarkBook(b)
	whole, err := in.Head(in.Size)
	must(b, err)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		f, err := excelize.OpenReader(bytes.NewReader(whole), excelize.Options{RawCellValue: true})
		must(b, err)
		rows, err := f.Rows("Sheet1")
		must(b, err)
		for rows.Next() {
			_, err := rows.Columns()
			must(b, err)
		}
		must(b, f.Close())
	}
}

// benchmarkBook has 5,000 rows of 40 codes, and an answer in words in each.
func benchmarkBook(b *testing.B) (*data.Input, int64) {
	in := written(b, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		must(b, err)
		for r := 1; r <= 5001; r++ {
			row := make([]any, 41)
			for c := range row {
				switch {
				case r == 1:
					row[c] = fmt.Sprintf("q%d", c)
				case c == 40:
					row[c] = fmt.Sprintf("answer %d in words", r)
				default:
					row[c] = (r*7 + c*3) % 11
				}
			}
			must(b, w.SetRow(fmt.Sprintf("A%d", r), row))
		}
		must(b, w.Flush())
	})
	p, err := openPackage(in)
	must(b, err)
	return in, int64(p.part("xl/worksheets/sheet1.xml").UncompressedSize64)
}
