package sheet

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
)

// TestLetters checks names of columns that any spreadsheet shows.
func TestLetters(t *testing.T) {
	for column, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := Letters(column); got != want {
			t.Errorf("column %d is %s, want %s", column, got, want)
		}
	}
}

// TestClassify says what each way to write a cell is.
func TestClassify(t *testing.T) {
	for text, want := range map[string]class{
		"": missing, "  ": missing, "NA": missing, " NA ": missing, "N/A": notAsked, "n/a": word, "na": word, "#N/A": word,
		"0": integer, "-1": integer, "12": integer, " 7 ": integer, "9007199254740992": integer, "-": word, "+1": word,
		"9007199254740993": huge, "123456789012345678901": huge, "007": zeroed, "00": zeroed, "01.5": zeroed, "-01": zeroed,
		"1.5": decimal, ".5": decimal, "5.": decimal, ".": word, "-.": word, "1e5": decimal, "1E-5": decimal, "1e": word, "e5": word,
		"1.23458E+15": rounded, "1E+11": rounded, "1e+15": decimal, "1E+10": decimal, "1e999": word, "1e-400": word,
		"1,5": comma, "0,123": comma, "1234,567": comma, "-1,25": comma, "1,234": either, "12,345": either, "1,234,567": word, "1,2.5": word, ",5": word, "1,": word, "00,5": word,
		"NaN": word, "Inf": word, "0x10": word, "1_000": word, "1 000": word, "10%": word, "$5": word, "1.2.3": word, "2026-03-01": word, "TRUE": word,
	} {
		if got := classify([]byte(text), Plain); got != want {
			t.Errorf("%q is class %d, want %d", text, got, want)
		}
	}
	if got := classify([]byte("NA"), Quoted); got != word {
		t.Errorf("NA in quotation marks is class %d", got)
	}
}

// TestParse compares with strconv on numbers in many forms: the result is the
// nearest float64 however it is found.
func TestParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Float64Range(-1, 1), rapid.Map(rapid.Int64Range(-exact, exact), func(n int64) float64 { return float64(n) })).Draw(t, "v")
		s := strconv.FormatFloat(v, rapid.SampledFrom([]byte{'f', 'g', 'e'}).Draw(t, "form"), rapid.IntRange(-1, 20).Draw(t, "digits"), 64)
		want, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		switch classify([]byte(s), Plain) {
		case integer, decimal, rounded:
		default:
			return // such as 1e+400 or a whole number of twenty digits
		}
		for _, point := range []string{".", ","} {
			got, ok := parse([]byte(strings.Replace(s, ".", point, 1)), point[0])
			if !ok || got != want || math.Signbit(got) != math.Signbit(want) {
				t.Fatalf("%q with %q: %v %v, want %v", s, point, got, ok, want)
			}
		}
	})
}

// TestNumber: a number in one go is what classify and parse say of it.
func TestNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.OneOf(rapid.StringMatching(`[-0]?[0-9]{0,18}[.,]?[0-9]{0,18}`), drawnCell()).Draw(t, "text"))
		k := rapid.SampledFrom([]Kind{Plain, Quoted, Number, Date, Failed}).Draw(t, "kind")
		v, c, ok := number(text, k)
		want, isNumber := parse(text, '.')
		switch wantClass := classify(text, k); {
		case c != wantClass:
			t.Fatalf("%q of kind %d is class %d, want %d", text, k, c, wantClass)
		case c == integer || c == decimal || c == rounded:
			if v != want || ok != isNumber || math.Signbit(v) != math.Signbit(want) {
				t.Fatalf("%q is %v %v, want %v %v", text, v, ok, want, isNumber)
			}
		case ok || !math.IsNaN(v):
			t.Fatalf("%q is %v, want none", text, v)
		}
	})
}

// TestDateText writes and reads dates.
func TestDateText(t *testing.T) {
	for text, want := range map[string]time.Time{
		"2026-03-01":          time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		"1899-12-31 23:59:59": time.Date(1899, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		if got := string(AppendDate(nil, want)); got != text {
			t.Errorf("%s, want %s", got, text)
		}
		if got, ok := parseDate([]byte(text)); !ok || !got.Equal(want) {
			t.Errorf("%s reads as %v", text, got)
		}
	}
}

// grid makes a grid of lines whose cells are separated by bars.
func grid(workbook bool, text string) Grid {
	return Grid{
		File:     data.File{Path: "x", Unit: "row"},
		Workbook: workbook,
		Rows: func(Start) iter.Seq2[*Row, error] {
			return func(yield func(*Row, error) bool) {
				for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
					if line = strings.TrimSpace(line); line == "" {
						continue
					}
					r := &Row{Start: Start{Number: int64(i + 1)}}
					for _, c := range strings.Split(line, "|") {
						start := len(r.Bytes)
						r.Bytes = append(r.Bytes, c...)
						r.Cells = append(r.Cells, Cell{Start: int32(start), End: int32(len(r.Bytes))})
					}
					if !yield(r, nil) {
						return
					}
				}
			}
		},
	}
}

// TestHeaders recognises each layout, and no more than these.
func TestHeaders(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		workbook   bool
		names      []string // "name: label"
		rows       int64
	}{
		{"one row", "a|b\n1|2\n3|4", false, []string{"a: ", "b: "}, 2},
		{"Qualtrics", "Q1|Q2\nAge?|Sex?\n{\"ImportId\":\"x\"}|{\"ImportId\":\"y\"}\n1|2", false, []string{"Q1: Age?", "Q2: Sex?"}, 1},
		{"Qualtrics through Python", "Q1|Q2\nAge|Sex\n{'ImportId': 'x'}|{'ImportId': 'y'}\n1|2", false, []string{"Q1: Age", "Q2: Sex"}, 1},
		{"Qualtrics without texts", "Q1|Q2\n{\"ImportId\":\"x\"}|{\"ImportId\":\"y\"}\n1|2", false, []string{"Q1: ", "Q2: "}, 1},
		{"Qualtrics of two rows", "StartDate|EndDate|Q1\nStart Date|End Date|Age\n2026-01-01|2026-01-02|30", false, []string{"StartDate: Start Date", "EndDate: End Date", "Q1: Age"}, 1},
		{"Qualtrics of one row", "StartDate|EndDate|Q1\n2026-01-01|2026-01-02|30", false, []string{"StartDate: ", "EndDate: ", "Q1: "}, 1},
		{"Qualtrics of old", "V1|V2|Q1\nResponseID|ResponseSet|Age\nR_1|x|30", false, []string{"V1: ResponseID", "V2: ResponseSet", "Q1: Age"}, 1},
		{"Qualtrics, texts first", "Start Date|End Date|Age?\nStartDate|EndDate|Q1\n{\"ImportId\":\"s\"}|{\"ImportId\":\"e\"}|{\"ImportId\":\"QID1\"}\n2026-01-01|2026-01-02|30", false,
			[]string{"StartDate: Start Date", "EndDate: End Date", "Q1: Age?"}, 1},
		{"Qualtrics, texts first, of two rows", "Start Date|End Date|Age?\nStartDate|EndDate|Q1\n2026-01-01|2026-01-02|30", false,
			[]string{"StartDate: Start Date", "EndDate: End Date", "Q1: Age?"}, 1},
		{"Qualtrics, texts last", "StartDate|EndDate|Q1\n{\"ImportId\":\"s\"}|{\"ImportId\":\"e\"}|{\"ImportId\":\"QID1\"}\nStart Date|End Date|Age?\n2026-01-01|2026-01-02|30", false,
			[]string{"StartDate: Start Date", "EndDate: End Date", "Q1: Age?"}, 1},
		{"Qualtrics in words of its own for names", "progress|sec|q\nProgress|Duration (in seconds)|Age?\n100|20|30", false, []string{"progress: ", "sec: ", "q: "}, 2},
		{"Qualtrics side by side", "a|b|b\nA?|B? - x|B? - y\n{'ImportId': 'QID1'}|{'ImportId': 'QID2#2-1-1'}|{'ImportId': 'QID2#2-1-2'}\n1|2|3", false,
			[]string{"a: A?", "b_1: B? - x", "b_2: B? - y"}, 1},
		{"LimeSurvey, code and text", "id. Response ID|q1. How old are you?|q2[SQ001]. Which? [Phone]|q2[SQ002]. Which? [Mail]|q3[SQ001]. [I worry]|q4[SQ001]. How sure? []\n1|30|Y||4|5", false,
			[]string{"id. Response ID: Response ID", "q1. How old are you?: How old are you?", "q2[SQ001]. Which? [Phone]: Which? [Phone]", "q2[SQ002]. Which? [Mail]: Which? [Mail]",
				"q3[SQ001]. [I worry]: I worry", "q4[SQ001]. How sure? []: How sure?"}, 1},
		{"LimeSurvey with a sign of one's own", "q1._.Age?|q2._.Sex?|q3._.Land?\n1|2|3", false, []string{"q1._.Age?: Age?", "q2._.Sex?: Sex?", "q3._.Land?: Land?"}, 1},
		{"names with a point", "age. band|sex|region|weight\n1|2|3|4", false, []string{"age. band: ", "sex: ", "region: ", "weight: "}, 1},
		{"Kaggle", "T|Q1|Q2_1\nDuration|How old are you?|Which? - Selected Choice - R\n5|30|R", false, []string{"T: Duration", "Q1: How old are you?", "Q2_1: Which? - Selected Choice - R"}, 1},
		{"an answer with a question mark", "a|b|c\nyes|why?|no\nno|x|y", false, []string{"a: ", "b: ", "c: "}, 2},
		{"SurveyMonkey", "ID|Which?||Age\n|Red|Blue|Response\n1|Red||30", false,
			[]string{"ID: ID", "Which? - Red: Which? - Red", "Which? - Blue: Which? - Blue", "Age: Age"}, 1},
		{"the answer Response", "id|contact|kind\n1|yes|Response\n2|no|Other", false, []string{"id: ", "contact: ", "kind: "}, 2},
		{"unnamed row numbers", "|a\n1|x\n2|y", false, []string{"column_1: ", "a: "}, 2},
		{"titles", "Survey of 2026|\n|\nid|age|sex|region\n1|2|3|4\n2|3|4|5", true, []string{"id: ", "age: ", "sex: ", "region: "}, 2},
		{"titles above SurveyMonkey", "Survey\nAge|Which?||||\nResponse|A|B|C|D|E\n30|A||||E\n20||B|||", true,
			[]string{"Age: Age", "Which? - A: Which? - A", "Which? - B: Which? - B", "Which? - C: Which? - C", "Which? - D: Which? - D", "Which? - E: Which? - E"}, 2},
		{"an empty column on the left", "|id|age\n|1|30\n|2|40", true, []string{"id: ", "age: "}, 2},
		{"words are names, not texts", "name|city|job\nAnn|Rome|cook\nBen|Oslo|poet", false, []string{"name: ", "city: ", "job: "}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Survey(grid(tt.workbook, tt.text))
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, v := range s.Codebook.Variables {
				names = append(names, v.Name+": "+v.Label)
			}
			if d := cmp.Diff(tt.names, names); d != "" {
				t.Error(d)
			}
			if s.Files[0].Rows != tt.rows {
				t.Errorf("%d rows, want %d", s.Files[0].Rows, tt.rows)
			}
		})
	}
}

// TestSameNames: names that import ids do not tell apart are refused by the
// name that stands in the file.
func TestSameNames(t *testing.T) {
	for _, ids := range []string{
		"{'ImportId': 'QID1'}|{'ImportId': 'QID2-1'}|{'ImportId': 'QID3-1'}", // both would be b_1
		"{'ImportId': 'QID1'}|{'ImportId': 'QID2-a'}|{'ImportId': 'QID3-b'}", // there is a b_a
	} {
		_, err := Survey(grid(false, "b_a|b|b\nA?|B?|B?\n"+ids+"\n1|2|3"))
		if err == nil || !strings.Contains(err.Error(), "column b: columns 2 and 3 have the same name") {
			t.Errorf("%s: %v", ids, err)
		}
	}
}

// TestNotes checks that what is assumed is said, once for all columns of which
// it is true, and never with the text of a cell.
func TestNotes(t *testing.T) {
	var names, first, rest []string
	for i := range 12 {
		names, first, rest = append(names, fmt.Sprintf("q%d", i)), append(first, "secret"), append(rest, "1")
	}
	text := strings.Join(names, "|") + "\n" + strings.Join(first, "|") + strings.Repeat("\n"+strings.Join(rest, "|"), 10)
	s, err := Survey(grid(false, text))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Nearly all values are numbers, but not this one, so the column is read as text: " +
		"q0 (row 2), q1 (row 2), q2 (row 2), q3 (row 2), q4 (row 2), q5 (row 2), q6 (row 2), q7 (row 2) and 4 more."}
	if d := cmp.Diff(want, s.Codebook.Notes); d != "" {
		t.Error(d)
	}
}

// TestTooManyFaults stops at a bound and names the first rows.
func TestTooManyFaults(t *testing.T) {
	_, err := Survey(grid(false, "a|b\n"+strings.Repeat("1\n", 3*maxFaults)))
	if err == nil || !strings.Contains(err.Error(), "and 991 more)") {
		t.Errorf("error %.300v", err)
	}
}
