package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"tradeoff/reports"
	"tradeoff/reports/internal/reporttest"
	"tradeoff/stats/crosstab"
)

func workbook(t testing.TB, r *reports.Report) []byte {
	t.Helper()
	file, err := Write(r, 2)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Join(file, nil)
}

func open(t testing.TB, b []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// grid reads a sheet as it is stored, not as it is shown.
func grid(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func parts(t testing.TB, b []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// small is a report of one table, short enough to read as golden parts.
func small() *reports.Report {
	r := reporttest.Report()
	t := r.Tables[2]
	t.Columns, t.Groups = t.Columns[:6], t.Groups[:1]
	for i := range t.Cells {
		t.Cells[i] = t.Cells[i][:6]
	}
	r.Tables, r.Chapters = r.Tables[2:3], nil
	return r
}

func TestGolden(t *testing.T) {
	for name, part := range parts(t, workbook(t, small())) {
		if strings.HasPrefix(name, "xl/worksheets/") || name == "xl/workbook.xml" || name == textsPart || name == typesPart || strings.HasPrefix(name, "docProps/") {
			lines := bytes.ReplaceAll(part, []byte("><"), []byte(">\n<"))
			reporttest.Golden(t, strings.NewReplacer("[", "", "]", "").Replace(path.Base(name)), append(lines, '\n'))
		}
	}
}

// The library hands sheets over in the order of a map: six writes would differ.
func TestSixEqualFilesOfSix(t *testing.T) {
	first := workbook(t, reporttest.Report())
	for range 5 {
		if !bytes.Equal(first, workbook(t, reporttest.Report())) {
			t.Fatal("two writes of one report differ")
		}
	}
}

func TestSheetsLinksAndPanes(t *testing.T) {
	r := reporttest.Report()
	f := open(t, workbook(t, r))
	sheets := f.GetSheetList()
	want := []string{"Front", "Contents", "Table 1", "Table 2", "Table 3", "Table 4", "Table 5", "Table 6", "Data"}
	if !slices.Equal(sheets, want) {
		t.Fatalf("sheets %v, want %v", sheets, want)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Error("the book does not open on its first sheet")
	}
	links := 0
	for _, sheet := range sheets {
		cells, err := f.GetHyperLinkCells(sheet, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cells {
			_, target, err := f.GetCellHyperLink(sheet, c)
			if err != nil {
				t.Fatal(err)
			}
			name, at, _ := strings.Cut(target, "!")
			if !slices.Contains(sheets, strings.Trim(name, "'")) || at != "A1" {
				t.Errorf("%s!%s links to %s, which is not there", sheet, c, target)
			}
			links++
		}
	}
	if want := 2 + 5 + 6 + 6; links != want { // front, back, findings, contents, back to contents
		t.Errorf("%d links, want %d", links, want)
	}
	for i, sheet := range sheets[2:8] {
		p, err := f.GetPanes(sheet)
		if err != nil {
			t.Fatal(err)
		}
		header := slices.IndexFunc(grid(t, f, sheet), func(row []string) bool {
			return len(row) > 0 && strings.Contains(row[0], "(unweighted)") || len(row) > 0 && row[0] == "Unweighted base"
		})
		if !p.Freeze || p.XSplit != 2 || p.YSplit != header {
			t.Errorf("%s: panes %+v, want everything above row %d frozen", sheet, p, header+1)
		}
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Orientation != "landscape" {
			t.Errorf("%s is not printed across: %v", sheet, err)
		}
		if view, err := f.GetSheetView(sheet, 0); err != nil || *view.ShowGridLines {
			t.Errorf("%s shows grid lines: %v", sheet, err)
		}
		hf, err := f.GetHeaderFooter(sheet)
		if err != nil || !strings.Contains(hf.OddFooter, "Page &P of &N") || !strings.Contains(hf.OddFooter, "Simulated") {
			t.Errorf("%s: footer %+v, %v", sheet, hf, err)
		}
		names := f.GetDefinedName()
		if !slices.ContainsFunc(names, func(d excelize.DefinedName) bool {
			return d.Name == "_xlnm.Print_Titles" && d.Scope == sheet && strings.HasPrefix(d.RefersTo, "'"+sheet+"'!$A:$B,'"+sheet+"'!$")
		}) {
			t.Errorf("%s has no print titles in %v", sheet, names)
		}
		if got := cellText(t, f, sheet, "A2"); got != "Table "+strconv.Itoa(i+1)+". "+r.Tables[i].Title {
			t.Errorf("%s: title %q", sheet, got)
		}
	}
	props, err := f.GetDocProps()
	if err != nil || props.Title != r.Meta.Title || !strings.Contains(props.Description, r.Meta.Sources[0].SHA256) || props.Created != "" {
		t.Errorf("document properties %+v, %v", props, err)
	}
}

func cellText(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	s, err := f.GetCellValue(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every shown estimate is stored as a number that prints what the page prints,
// and every other cell as the mark that the page prints.
func TestEveryCellOfATable(t *testing.T) {
	r := reporttest.Report()
	f := open(t, workbook(t, r))
	for n, tab := range r.Tables {
		sheet := "Table " + strconv.Itoa(n+1)
		rows := grid(t, f, sheet)
		for i := range tab.Rows {
			at := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 0 && row[0] == reports.RowLabel(tab, i) })
			if at < 0 {
				t.Fatalf("%s has no row %q", sheet, reports.RowLabel(tab, i))
			}
			for j := range tab.Columns {
				got := rows[at][j+1]
				if !reports.HasNumber(reports.Shown(tab, i, j)) {
					if got != reports.Text(tab, i, j) {
						t.Errorf("%s, row %d, column %d: %q, want the mark %q", sheet, i, j, got, reports.Text(tab, i, j))
					}
					continue
				}
				x, err := strconv.ParseFloat(got, 64)
				if err != nil || reports.Print(tab.Rows[i].Kind, x) != reports.Text(tab, i, j) {
					t.Errorf("%s, row %d, column %d: %q is not the number behind %q", sheet, i, j, got, reports.Text(tab, i, j))
				}
				name, _ := excelize.CoordinatesToCellName(j+2, at+1)
				if kind, err := f.GetCellType(sheet, name); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
					t.Errorf("%s!%s is a text: %v", sheet, name, err)
				}
				if shown := cellText(t, f, sheet, name); shown != reports.Text(tab, i, j) {
					t.Errorf("%s!%s shows %q, the page %q", sheet, name, shown, reports.Text(tab, i, j))
				}
				if mark := reports.Significance(tab, i, j); mark != "" && rows[at+1][j+1] != mark {
					t.Errorf("%s!%s: mark %q, want %q", sheet, name, rows[at+1][j+1], mark)
				}
			}
		}
	}
}

// The bases are numbers too; the asterisk is part of the format.
func TestLowBaseStaysANumber(t *testing.T) {
	f := open(t, workbook(t, reporttest.Report()))
	rows := grid(t, f, "Table 2")
	at := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 0 && row[0] == "Unweighted base" })
	labels := rows[at-2]
	for j, base := range rows[at] {
		switch {
		case labels[j] == "Telecommunications":
			name, _ := excelize.CoordinatesToCellName(j+1, at+1)
			if format := numberFormat(t, f, "Table 2", name); base != "48" || format != `#,##0"*"` {
				t.Errorf("low base is stored as %q with the format %s", base, format)
			}
		case labels[j] == "Another answer" && base != "[c]", labels[j] == "Retail" && base != "n/a":
			t.Errorf("base of %s is %q", labels[j], base)
		}
	}
}

// Under a mean stand the people in it as numbers, where they differ from the
// base; a hidden one stays hidden.
func TestBaseOfTheMean(t *testing.T) {
	r := reporttest.Report()
	tab := r.Tables[1]
	tab.Cells[tab.RowOf(crosstab.Mean, "")][1].Status = crosstab.Suppressed
	rows := grid(t, open(t, workbook(t, r)), "Table 2")
	at := slices.IndexFunc(rows, func(row []string) bool { return len(row) > 0 && row[0] == reports.MeanBaseLabel })
	if at < 0 || rows[at][1] != "1529" || rows[at][2] != "[c]" || rows[at][3] != "751" { // 1609 - 80, hidden, 790 - 39
		t.Errorf("row %d of %v", at+1, rows)
	}
}

// Neither on the sheet of a table nor in the contents does the wording follow
// a title that is the wording.
func TestTitleIsNotSaidTwice(t *testing.T) {
	r := small()
	r.Headline, r.Chapters = nil, nil
	tab := r.Tables[0]
	tab.Text = "How worried are you, if at all, that companies follow what you do online?"
	tab.Title = tab.Text
	f := open(t, workbook(t, r))
	for _, sheet := range []string{"Contents", sheetNames(r)[0]} {
		said := 0
		for _, row := range grid(t, f, sheet) {
			for _, c := range row {
				said += strings.Count(c, tab.Text)
			}
		}
		if said != 1 {
			t.Errorf("%s says the title %d times", sheet, said)
		}
	}
}

// A list that is too long for one sheet goes on on others, no table is torn
// apart, and no number is lost.
func TestDataOnSeveralSheets(t *testing.T) {
	r := reporttest.Report()
	most := 1
	for _, tab := range r.Tables {
		most = max(most, 1+numbers(tab))
	}
	b, err := write(r, 2, most)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, bytes.Join(b, nil))
	var got, want []string
	for _, sheet := range f.GetSheetList() {
		if !strings.HasPrefix(sheet, dataName) {
			continue
		}
		rows := grid(t, f, sheet)
		if len(rows) > most || rows[0][0] != "table" {
			t.Errorf("%s has %d rows, of at most %d, and begins with %v", sheet, len(rows), most, rows[0])
		}
		for _, row := range rows[1:] {
			got = append(got, row[1]+" "+row[3]+" "+row[6])
		}
	}
	for _, tab := range r.Tables {
		for i := range tab.Rows {
			for _, c := range tab.Columns {
				want = append(want, tab.ID+" "+tab.Rows[i].Label+" "+c.Segment())
			}
		}
	}
	if !slices.Equal(got, want) || !slices.Contains(f.GetSheetList(), "Data 2") {
		t.Errorf("%d rows on %v, want %d", len(got), f.GetSheetList(), len(want))
	}
	for _, one := range []int{len(dataSheets(r.Tables, sheetRows)), len(dataSheets(nil, sheetRows))} {
		if one != 1 {
			t.Errorf("%d data sheets, want 1", one)
		}
	}
}

// The bytes do not depend on the threads.
func TestThreads(t *testing.T) {
	r := reporttest.Report()
	want := workbook(t, r)
	for _, threads := range []int{0, 1, 3, 8} {
		if got, err := Write(r, threads); err != nil || !bytes.Equal(bytes.Join(got, nil), want) {
			t.Errorf("on %d threads another file, %v", threads, err)
		}
	}
}

// A part in pieces, however it is cut, is the part.
func TestPieces(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cut := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 5).Draw(rt, "pieces")
		p := newPacker(2)
		whole := part{name: "part"}
		for i, b := range cut {
			whole.pieces = append(whole.pieces, p.packBytes(i == len(cut)-1, b))
		}
		p.close()
		b, err := archive([]part{whole})
		if err != nil {
			rt.Fatal(err)
		}
		if got := parts(t, bytes.Join(b, nil))["part"]; !bytes.Equal(got, bytes.Join(cut, nil)) {
			rt.Fatalf("%v became %v", cut, got)
		}
	})
}

// Texts that are taken as they are would come out of the slow way so too.
func TestPlainTexts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z &<_x0-9"'\x{80}\x{fffe}é▲]*`)).Draw(rt, "text")
		if slow := escapes.Replace(text(s)); isPlain(s) && (slow != s || strings.Trim(s, " \t\n") != s) {
			rt.Fatalf("%q is taken for plain, and is %q", s, slow)
		}
	})
	for _, s := range []string{"", "Very much", "A ▲", "50–60 €"} {
		if !isPlain(s) {
			t.Errorf("%q is not plain", s)
		}
	}
}

func TestNamesOfCells(t *testing.T) {
	for col, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 52: "AZ", 53: "BA", 702: "ZZ", 703: "AAA", 16384: "XFD"} {
		if got := at(7, col); got != want+"7" {
			t.Errorf("column %d is %s, want %s", col, got, want)
		}
	}
}

// Of the long sheet only its header is printed, and the page says so.
func TestDataSheetIsNotPrinted(t *testing.T) {
	f := open(t, workbook(t, reporttest.Report()))
	var areas []string
	for _, d := range f.GetDefinedName() {
		if d.Name == "_xlnm.Print_Area" {
			areas = append(areas, d.Scope+" "+d.RefersTo)
		}
	}
	if want := []string{"Data 'Data'!$A$1:$L$1"}; !slices.Equal(areas, want) {
		t.Errorf("print areas %q, want %q", areas, want)
	}
	if hf, err := f.GetHeaderFooter("Data"); err != nil || !strings.Contains(hf.OddHeader, screenNote) {
		t.Errorf("the header says %+v, %v", hf, err)
	}
}

func numberFormat(t testing.TB, f *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil || style.CustomNumFmt == nil {
		t.Fatalf("%s!%s has no number format: %v", sheet, cell, err)
	}
	return *style.CustomNumFmt
}

func TestDataSheetHoldsEveryCell(t *testing.T) {
	r := reporttest.Report()
	f := open(t, workbook(t, r))
	rows := grid(t, f, "Data")
	n := 1
	for _, tab := range r.Tables {
		for i := range tab.Rows {
			for j := range tab.Columns {
				row := append(slices.Clone(rows[n]), make([]string, 12)...)
				if row[1] != tab.ID || row[3] != tab.Rows[i].Label || row[6] != tab.Columns[j].Segment() || row[11] != string(reports.Shown(tab, i, j)) {
					t.Fatalf("row %d is %v", n+1, row)
				}
				if number := reports.HasNumber(reports.Shown(tab, i, j)); number == (row[8] == "") {
					t.Errorf("row %d: status %s, value %q", n+1, row[11], row[8])
				}
				n++
			}
		}
	}
	if len(rows) != n {
		t.Errorf("%d rows, want %d", len(rows), n)
	}
}

// Nothing of a hidden cell is in any part of the file, and no stored number
// has more than four places.
func TestHiddenNumbersAreNowhere(t *testing.T) {
	const canary = 771239988
	rapid.Check(t, func(rt *rapid.T) {
		r := small()
		tab := r.Tables[0]
		col := rapid.IntRange(0, len(tab.Columns)-1).Draw(rt, "column")
		whole := rapid.Bool().Draw(rt, "whole column")
		for i := range tab.Rows {
			tab.Cells[i][col] = crosstab.Cell{Status: crosstab.OK, Estimate: canary, SE: canary, Low: canary, High: canary, HasCI: true, DF: canary, Deff: canary,
				Count: canary, WeightedCount: canary, Letters: "QQQ", VsRest: 2, Tested: true, Note: "771239988"}
			if !whole {
				tab.Cells[i][col].Status = crosstab.Suppressed
			}
		}
		if whole {
			tab.Columns[col].Status = crosstab.Suppressed
			tab.Columns[col].Base = crosstab.Base{Unweighted: canary, People: canary, Weighted: canary, Effective: canary}
		}
		b := workbook(t, r)
		for name, part := range parts(t, b) {
			if bytes.Contains(part, []byte("7123998")) || bytes.Contains(part, []byte("QQQ")) {
				rt.Fatalf("a hidden number is in %s", name)
			}
		}
		for _, row := range grid(t, open(t, b), "Data")[1:] {
			if x, err := strconv.ParseFloat(row[8], 64); err == nil && math.Abs(x*1e4-math.Round(x*1e4)) > 1e-6 {
				rt.Fatalf("stored with too many places: %s", row[8])
			}
		}
	})
}

// Texts of a survey stay texts, whole where they fit, and no formula is in the
// book.
func TestHostileLabels(t *testing.T) {
	r := reporttest.Hostile()
	b := workbook(t, r)
	for name, part := range parts(t, b) {
		if strings.HasPrefix(name, "xl/worksheets/") && bytes.Contains(part, []byte("<f>")) {
			t.Errorf("%s holds a formula", name)
		}
	}
	f := open(t, b)
	for i, tab := range r.Tables {
		rows := grid(t, f, "Table "+strconv.Itoa(i+1))
		for j := range tab.Rows {
			want := strings.ReplaceAll(text(reports.RowLabel(tab, j)), "_x005F_", "_") // the library undoes the format's escape
			if !slices.ContainsFunc(rows, func(row []string) bool { return len(row) > 0 && row[0] == want }) {
				t.Errorf("label %.60q is not in the book as it was", want)
			}
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "=1+1", "_x0041_": "_x005F_x0041_", "_xyz_": "_xyz_", "a\x00b\x1bc": "a b c", "two\nlines": "two\nlines", "bad\xff": "bad\uFFFD", "\uFFFE": " ",
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	for _, long := range []string{strings.Repeat("x", 40000), strings.Repeat("é", 40000), strings.Repeat("😀", 20000)} {
		got := text(long)
		if n := len(utf16.Encode([]rune(got))); n > cellLimit || n < cellLimit-2 {
			t.Errorf("cut to %d units, want nearly %d", n, cellLimit)
		}
		if !strings.HasSuffix(got, cutWord) {
			t.Error("the cut is not said")
		}
	}
	if fits := strings.Repeat("é", cellLimit); text(fits) != fits {
		t.Error("a text that fits was cut")
	}
}

func TestPageText(t *testing.T) {
	if got := pageText("R&D &P\n" + strings.Repeat("long ", 100)); len([]rune(got)) > 95 || !strings.HasPrefix(got, "R&&D &&P long") {
		t.Errorf("got %q", got)
	}
}

// "&8" and the title "2025" would be a font of 82025 points.
func TestTitleThatBeginsWithADigit(t *testing.T) {
	r := small()
	r.Meta.Title = "2025 in numbers"
	hf, err := open(t, workbook(t, r)).GetHeaderFooter("Front")
	if err != nil || hf.OddHeader != "&L&8 2025 in numbers" {
		t.Errorf("header %+v, %v", hf, err)
	}
}

func TestSheetNamesAreUnique(t *testing.T) {
	r := reporttest.Report()
	for _, tab := range r.Tables {
		tab.Number = 7
	}
	names := sheetNames(r)
	if want := []string{"Table 7", "Table 7 (2)", "Table 7 (3)", "Table 7 (4)", "Table 7 (5)", "Table 7 (6)"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	open(t, workbook(t, r))
}

// The format wants the columns in order; the library writes them in the order
// of the calls, last first.
func TestColumnWidthsAscend(t *testing.T) {
	col := regexp.MustCompile(`<col min="(\d+)" max="(\d+)"`)
	for name, part := range parts(t, workbook(t, reporttest.Big(1))) {
		last := 0
		for _, m := range col.FindAllSubmatch(part, -1) {
			from, _ := strconv.Atoi(string(m[1]))
			to, _ := strconv.Atoi(string(m[2]))
			if from != last+1 || to < from {
				t.Errorf("%s: columns %d to %d follow %d", name, from, to, last)
			}
			last = to
		}
	}
}

// A report without tables, or a table without groups, is still a book.
func TestEmptyReports(t *testing.T) {
	open(t, workbook(t, &reports.Report{}))
	r := small()
	tab := r.Tables[0]
	tab.Groups, tab.Columns, tab.Rows, tab.Cells = nil, tab.Columns[:1], nil, nil
	open(t, workbook(t, r))
}

// A wide table breaks before a group, so that no page begins inside one that
// would have fitted.
func TestPageBreaksStandBeforeGroups(t *testing.T) {
	r := reporttest.Big(1)
	tab := r.Tables[0]
	_, breaks := (&layout{sheet: &sheet{widths: widths(tab)}, t: tab}).pages()
	if len(breaks) == 0 {
		t.Fatal("a wide table has no page breaks")
	}
	for _, col := range breaks {
		if !slices.ContainsFunc(tab.Groups, func(g crosstab.Group) bool { return g.First+2 == col }) {
			t.Errorf("a page begins at column %d, inside a group", col)
		}
	}
}

func TestLines(t *testing.T) {
	// By hand, ten characters to the line.
	for in, want := range map[string]int{"": 1, "short": 1, "two words here": 2, "a\nb": 2, "unbreakablelongword": 2, "exactly te": 1} {
		if got := lines(in, 10); got != want {
			t.Errorf("lines(%q) = %d, want %d", in, got, want)
		}
	}
}

// The workbook of a large tracker: 200 tables of 60 rows and 40 columns, with
// marks, bases, contents and the long list.
func BenchmarkWrite(b *testing.B) {
	r := reporttest.Book(200)
	cells := 0
	for _, t := range r.Tables {
		if len(t.Rows) != 60 || len(t.Columns) != 40 {
			b.Fatalf("a table of %d rows and %d columns", len(t.Rows), len(t.Columns))
		}
		cells += len(t.Rows) * len(t.Columns)
	}
	b.Run("none", func(b *testing.B) { // for the memory of the tables alone
		for b.Loop() {
			runtime.KeepAlive(r)
		}
	})
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Write(r, threads); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cells)*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
		})
	}
}
