package exports

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// The facts stand in the manifest of the bad inputs: 60 respondents, and the
// answers to q1_comfort. Addresses, open answers and respondent ids go.
func TestControls(t *testing.T) {
	for _, file := range []string{"control.csv", "control.sav", "control.zsav", "control.xlsx", "control.parquet", "s12_cases_unknown.sav", "c06_bom_crlf.csv", "x10_numbers_as_text.xlsx", "s13_hostile_labels.sav", "control.sss"} {
		t.Run(file, func(t *testing.T) {
			s := survey(t, nil, readertest.Input(t, sharedtest.Path(t, "badinputs", file)))
			counts := map[string]int{}
			for _, v := range readertest.Cells(t, s, "q1_comfort")["q1_comfort"] {
				counts[v]++
			}
			if diff := cmp.Diff(map[string]int{"1": 10, "2": 6, "3": 20, "4": 14, "5": 9, "98": 1}, counts); diff != "" {
				t.Error(diff)
			}
			want := []string{"resp_id: identifiers of respondents", "q4_why: open answers", "email: e-mail addresses", "ip_address: network addresses"}
			if file == "control.sss" { // has no others
				want = want[:1]
			}
			if diff := cmp.Diff(want, dropped(s)); diff != "" {
				t.Error(diff)
			}
			s = survey(t, []string{"resp_id"}, readertest.Input(t, sharedtest.Path(t, "badinputs", file)))
			if ids := readertest.Cells(t, s, "resp_id")["resp_id"]; len(ids) != 60 || ids[0] != "S0001" {
				t.Errorf("resp_id was named and has %d values", len(ids))
			}
		})
	}
}

func TestBadInputs(t *testing.T) {
	for file, want := range map[string]string{
		"s01_empty.sav":                     "the file is empty; ask for a new export",
		"s04_csv_inside.sav":                "this is not an SPSS file although it is called .sav: it looks like text",
		"c01_empty.csv":                     "the file is empty",
		"c15_login_page.csv":                "this is a web page, often the one that asks to log in; log in and export again",
		"x01_csv_inside.xlsx":               "this is not an Excel workbook although it is called .xlsx: it looks like text",
		"p01_cut.parquet":                   "the Parquet file is incomplete",
		"p02_footer_four_gigabytes.parquet": "the footer says that it is 4294967280 bytes long, the file has 12484",
		"p03_csv_inside.parquet":            "this is not a Parquet file although it is called .parquet: it looks like text",
		"t04_no_data_file.sss":              "its data file is not there: looked in the folder of the definition for t04_no_data_file.asc, t04_no_data_file.dat, t04_no_data_file.txt;",
		"control.asc":                       "this is fixed-width data",
		"study.yaml":                        "this is a study file and not an export",
	} {
		_, err := Open([]*data.Input{readertest.Input(t, sharedtest.Path(t, "badinputs", file))}, nil)
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), file+": "+want) {
			t.Errorf("%s: %v, want %q", file, err, want)
		}
	}
}

// No address and no open answer comes through, whatever else is wrong with a
// file: not in the rows, not in labels, notes or reasons, not in a fault.
func TestSecretsStayIn(t *testing.T) {
	var secrets []string
	b, err := os.ReadFile(sharedtest.Path(t, "badinputs", "secrets.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		secrets = append(secrets, strings.TrimSpace(line))
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(sharedtest.Path(t, "badinputs", "secrets.txt")), "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if !slices.Contains([]string{".csv", ".sav", ".zsav", ".xlsx", ".parquet", ".sss", ".asc"}, filepath.Ext(path)) {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			said := everything(readertest.Input(t, path))
			for _, secret := range secrets {
				if strings.Contains(said, secret) && !strings.Contains(said, secret+"0") {
					t.Fatalf("the secret on line %d comes through", slices.Index(secrets, secret)+1)
				}
			}
		})
	}
}

// everything is all that opening and reading a file lets out.
func everything(in *data.Input) string {
	var said strings.Builder
	s, err := Open([]*data.Input{in}, nil)
	if err != nil {
		return err.Error()
	}
	book, err := json.Marshal(s.Codebook)
	fmt.Fprintln(&said, string(book), err)
	for b, err := range s.Batches(nil) {
		if err != nil {
			fmt.Fprintln(&said, err)
			break
		}
		for i := range int(b.Record.NumCols()) {
			for _, c := range readertest.ColumnCells(b, i) {
				fmt.Fprintln(&said, c)
			}
		}
	}
	return said.String()
}

// The three header rows of an online survey tool; names and coordinates go
// too, the interview's own columns stay.
func TestOnlineExport(t *testing.T) {
	s := survey(t, []string{"resp_id"}, readertest.Input(t, sharedtest.Path(t, "badinputs", "c19_three_header_rows.csv")))
	for _, name := range []string{"IPAddress", "RecipientEmail", "RecipientLastName", "RecipientFirstName", "LocationLatitude", "LocationLongitude"} {
		if v := s.Codebook.Variable(name); v != nil {
			t.Errorf("%s was read", name)
		}
	}
	for _, name := range []string{"q1_comfort", "sex", "age", "region", "weight", "wave"} {
		if s.Codebook.Variable(name) == nil {
			t.Errorf("%s was left out", name)
		}
	}
}
