package columnar

import (
	stdcsv "encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// The counts are those of the folder's README, which took them from another
// reader. binary and fixed_length_byte_array hold nothing that a survey can use;
// datapage_v2 has a list of three answers among five columns.
func TestConformanceShapes(t *testing.T) {
	for _, c := range []struct {
		file          string
		rows, columns int
	}{
		{"alltypes_plain", 8, 11}, {"alltypes_plain.snappy", 2, 11}, {"alltypes_dictionary", 2, 11},
		{"alltypes_tiny_pages", 7300, 13}, {"delta_binary_packed", 200, 66}, {"delta_byte_array", 1000, 9},
		{"delta_encoding_optional_column", 100, 17}, {"int32_with_null_pages", 1000, 1}, {"nulls.snappy", 8, 1},
		{"byte_stream_split.zstd", 300, 2}, {"int32_decimal", 24, 1}, {"lz4_raw_compressed", 4, 3},
		{"concatenated_gzip_members", 513, 1}, {"datapage_v2.snappy", 5, 7}, {"single_nan", 1, 1},
		{"rle_boolean_encoding", 68, 1}, {"dict-page-offset-zero", 39, 1},
	} {
		t.Run(c.file, func(t *testing.T) {
			in := readertest.Input(t, sharedtest.Path(t, "surveys", "parquet-conformance", "parquet-testing", c.file+".parquet"))
			s, err := OpenParquet(in)
			if err != nil {
				t.Fatal(err)
			}
			got := cells(t, s)
			if len(got) != c.columns || s.Files[0].Rows != int64(c.rows) {
				t.Errorf("%d columns and %d rows, want %d and %d", len(got), s.Files[0].Rows, c.columns, c.rows)
			}
		})
	}
}

func TestConformanceRefusals(t *testing.T) {
	for file, want := range map[string]string{
		"binary":                  "holds bytes that are no text",
		"fixed_length_byte_array": "holds bytes that are no text",
	} {
		in := readertest.Input(t, sharedtest.Path(t, "surveys", "parquet-conformance", "parquet-testing", file+".parquet"))
		_, err := OpenParquet(in)
		if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want a fault with %q", file, err, want)
		}
	}
}

// The CSV files beside the difference-encoded ones hold the values as their
// makers wrote them.
func TestConformanceValues(t *testing.T) {
	for _, name := range []string{"delta_binary_packed", "delta_byte_array", "delta_encoding_optional_column"} {
		t.Run(name, func(t *testing.T) {
			folder := []string{"surveys", "parquet-conformance", "parquet-testing"}
			s, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, append(folder, name+".parquet")...)))
			if err != nil {
				t.Fatal(err)
			}
			got := cells(t, s)
			f, err := os.Open(sharedtest.Path(t, append(folder, name+"_expect.csv")...))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			rows, err := stdcsv.NewReader(f).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for k, column := range rows[0] {
				column = strings.TrimSuffix(strings.TrimSpace(column), ":")
				if len(got[column]) != len(rows)-1 {
					t.Fatalf("column %s has %d rows, want %d", column, len(got[column]), len(rows)-1)
				}
				for i, row := range rows[1:] {
					if want := strings.TrimRight(row[k], " "); !sameCell(got[column][i], want) {
						t.Fatalf("column %s row %d: %q, want %q", column, i+1, got[column][i], want)
					}
				}
			}
		})
	}
}

// sameCell compares texts, numbers by value: the CSV writes 1.50 for 1.5.
func sameCell(got, want string) bool {
	if got == want {
		return true
	}
	a, errA := strconv.ParseFloat(got, 64)
	b, errB := strconv.ParseFloat(want, 64)
	return errA == nil && errB == nil && a == b
}

// Values from the format's own documentation of its test files: int32_decimal
// holds 1.00 to 24.00; alltypes_plain holds timestamps two to a day, a minute
// apart, from 1 January 2009, one pair for each of the first four months.
func TestConformanceTypes(t *testing.T) {
	folder := []string{"surveys", "parquet-conformance", "parquet-testing"}
	s, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, append(folder, "int32_decimal.parquet")...)))
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range cells(t, s)["value"] {
		if v != strconv.Itoa(i+1) {
			t.Errorf("decimal %d is %s", i+1, v)
		}
	}
	s, err = OpenParquet(readertest.Input(t, sharedtest.Path(t, append(folder, "alltypes_plain.parquet")...)))
	if err != nil {
		t.Fatal(err)
	}
	got := cells(t, s)
	// 2009-03-01, 04-01, 02-01, 01-01 at 00:00 and 00:01.
	want := []string{"1235865600", "1235865660", "1238544000", "1238544060", "1233446400", "1233446460", "1230768000", "1230768060"}
	if diff := cmp.Diff(want, got["timestamp_col"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"03/01/09", "03/01/09", "04/01/09"}, got["date_string_col"][:3]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1", "0", "1", "0"}, got["bool_col"][:4]); diff != "" {
		t.Error(diff)
	}
	if l := s.Codebook.Variable("bool_col").LabelOf("1"); l != "true" {
		t.Errorf("1 is labelled %q, want true", l)
	}
}

// Totals of the World Bank samples as its registry describes them: 825
// households and 3,246 people, and the weights of the households add up to
// those of the people's households.
func TestHouseholdSurvey(t *testing.T) {
	folder := []string{"surveys", "parquet-conformance", "svy-worldbank-synthetic"}
	for file, want := range map[string][2]int{"hld_sample_wb_2023": {825, 16}, "ind_sample_wb_2023": {3246, 15}} {
		s, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, append(folder, file+".parquet")...)))
		if err != nil {
			t.Fatal(err)
		}
		got := cells(t, s)
		if len(got["hid"]) != want[0] || s.Files[0].Rows != int64(want[0]) {
			t.Errorf("%s: %d rows and %d columns, want %v", file, len(got["hid"]), len(got), want)
		}
	}
}

// The facts stand in the manifest of the bad inputs.
func TestControl(t *testing.T) {
	s, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, "badinputs", "control.parquet")))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, v := range cells(t, s)["q1_comfort"] {
		counts[v]++
	}
	if diff := cmp.Diff(map[string]int{"1": 10, "2": 6, "3": 20, "4": 14, "5": 9, "98": 1}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestBadParquet(t *testing.T) {
	for file, want := range map[string]string{
		"p01_cut.parquet":                   "incomplete",
		"p02_footer_four_gigabytes.parquet": "the footer says that it is 4294967280 bytes long, the file has 12484",
		"p03_csv_inside.parquet":            "not a Parquet file",
		"s01_empty.sav":                     "empty",
	} {
		_, err := OpenParquet(readertest.Input(t, sharedtest.Path(t, "badinputs", file)))
		if err == nil || !data.IsData(err) || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), file) {
			t.Errorf("%s: %v, want a fault with %q", filepath.Base(file), err, want)
		}
	}
}

// Bits by hand: 0b1101_0010 0b0000_0101 in fields of three bits, lowest first,
// are 2, 2, 7, 2 and, of one bit at 12, 0.
func TestBits(t *testing.T) {
	b := []byte{0b11010010, 0b00000101}
	for i, want := range []uint64{2, 2, 7, 2} {
		if got := bits(b, 3*i, 3); got != want {
			t.Errorf("field %d is %d, want %d", i, got, want)
		}
	}
	if got := bits(b, 12, 1); got != 0 {
		t.Errorf("bit 12 is %d", got)
	}
	if got := bits([]byte{255, 255, 255, 255, 255, 255, 255, 255}, 0, 64); got != math.MaxUint64 {
		t.Errorf("64 bits are %x", got)
	}
}

// Two literals, then "abc" twice over by a match of overlapping bytes: the
// example of the LZ4 block format, "a" run-length by offset 1.
func TestUnpackLZ4(t *testing.T) {
	got, err := unpackLZ4(nil, []byte{0x14, 'a', 1, 0, 0x10, 'b'}, 10)
	if err != nil || string(got) != "aaaaaaaaab" {
		t.Errorf("%q, %v, want aaaaaaaaab", got, err)
	}
	for name, b := range map[string][]byte{
		"offset before the start": {0x14, 'a', 2, 0, 0x10, 'b'},
		"literals missing":        {0x50, 'a'},
		"too long":                {0x1f, 'a', 1, 0, 255, 255, 0},
		"offset cut":              {0x14, 'a', 1},
	} {
		if _, err := unpackLZ4(nil, b, 10); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// -12345 as two bytes is 0xCFC7.
func TestDecimals(t *testing.T) {
	if got := signed([]byte{0xCF, 0xC7}).String(); got != "-12345" {
		t.Errorf("0xCFC7 is %s, want -12345", got)
	}
	if got := scaled("-12345", 2); got != -123.45 {
		t.Errorf("-12345 with two decimals is %v", got)
	}
	if got := floorDiv(-1, 1000); got != -1 {
		t.Errorf("a millisecond before 1970 is second %d, want -1", got)
	}
}
