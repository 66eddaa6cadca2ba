package exports

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/csv"
	"tradeoff/data/ddi"
	"tradeoff/data/dta"
	"tradeoff/data/jsonl"
	"tradeoff/data/limesurvey"
	"tradeoff/data/por"
	"tradeoff/data/sav"
	"tradeoff/data/syntax"
	"tradeoff/data/triples"
	"tradeoff/data/xlsx"
	"tradeoff/data/xpt"
)

// headSize is how many bytes tell a format.
const headSize = 4096

// A format is a kind of file that can be opened, and perhaps written.
type format struct {
	name    string // with its article, as in "this is ..."
	endings []string
	is      func(in *data.Input, head []byte) bool
	open    func(in *data.Input) (*data.Survey, error)
	out     *writer // nil where it is not written
}

// formats are the kinds of files that are read, the one that every text
// passes for last.
func formats() []format {
	sniff := func(f func([]byte) bool) func(*data.Input, []byte) bool {
		return func(_ *data.Input, head []byte) bool { return f(head) }
	}
	return []format{
		{"an SPSS file", []string{".sav", ".zsav"}, sniff(sav.Sniff), sav.Open, &writer{[]string{".sav", ".zsav"}, writeSAV, false}},
		{"a Stata file", []string{".dta"}, sniff(dta.Sniff), dta.Open, nil},
		{"a SAS transport file", []string{".xpt", ".v8xpt", ".xport"}, sniff(xpt.Sniff), xpt.Open, nil},
		{"an Excel workbook", []string{".xlsx", ".xlsm"}, func(in *data.Input, head []byte) bool { return xlsx.Sniff(head) && xlsx.IsWorkbook(in) }, xlsx.Open, nil},
		{"an SPSS portable file", []string{".por"}, sniff(por.Sniff), por.Open, nil},
		{"a Parquet file", []string{".parquet", ".pq"}, sniff(columnar.SniffParquet), columnar.OpenParquet, &writer{[]string{".parquet", ".pq"}, writeParquet, false}},
		{"a Triple-S definition", []string{".sss"}, sniff(triples.Sniff), triples.Open, nil},
		{"a DDI codebook", []string{".xml"}, sniff(ddi.Sniff), ddi.Open, nil},
		{"a LimeSurvey questionnaire", []string{".lss"}, sniff(limesurvey.Sniff), limesurvey.Open, nil},
		{"SPSS syntax", []string{".sps"}, isSPSSSyntax, syntax.OpenSPSS, nil},
		{"R syntax of LimeSurvey", []string{".r"}, sniff(syntax.SniffR), syntax.OpenR, nil},
		{"a JSON file", []string{".jsonl", ".ndjson", ".json"}, sniff(jsonl.Sniff), jsonl.Open, nil},
		{"an Arrow file", []string{".arrow", ".arrows", ".feather", ".ipc"}, sniff(columnar.SniffIPC), columnar.OpenIPC, &writer{[]string{".arrow", ".feather", ".ipc"}, writeIPC, false}},
		{"delimited text", []string{".csv", ".tsv", ".txt", ".tab"}, sniff(isText), csv.Open, &writer{[]string{".csv"}, writeCSV, true}},
	}
}

// open opens a file, or the export in an archive.
func open(in *data.Input) (*data.Survey, error) {
	if head, err := in.Head(headSize); err == nil && isArchive(in, head) {
		return openArchive(in, head)
	}
	return openFile(in)
}

// openFile tells the format of a file and opens it.
func openFile(in *data.Input) (*data.Survey, error) {
	head, err := in.Head(headSize)
	if err != nil {
		return nil, &data.Fault{File: in.Name(), Found: "the file cannot be read; check the disk or copy it again"}
	}
	if len(head) == 0 {
		return nil, &data.Fault{File: in.Name(), Found: "the file is empty; ask for a new export"}
	}
	ending := strings.ToLower(filepath.Ext(in.FileName()))
	all := formats()
	called := slices.IndexFunc(all, func(f format) bool { return slices.Contains(f.endings, ending) })
	if what := foreign(head, ending); what != "" {
		return nil, &data.Fault{File: in.Name(), Found: what}
	}
	for i, f := range all {
		if !f.is(in, head) {
			continue
		}
		if i == len(all)-1 && called >= 0 && called != i {
			return nil, &data.Fault{File: in.Name(), Found: fmt.Sprintf("this is not %s although it is called %s: it looks like text; rename it to .csv if it is one, else export it again", all[called].name, ending)}
		}
		s, err := f.open(in)
		if err == nil && s.Files[0].Rows == 0 {
			return nil, &data.Fault{File: in.Name(), Found: "there are no respondents in this file, only the names of the columns; ask for a new export"}
		}
		if err == nil && called >= 0 && called != i {
			s.Codebook.Notes = append(s.Codebook.Notes, fmt.Sprintf("%s is called %s but is %s, and was read as one.", in.Name(), ending, f.name))
		}
		return s, err
	}
	if called >= 0 {
		return nil, &data.Fault{File: in.Name(), Found: fmt.Sprintf("this is not %s although it is called %s; its beginning is damaged or it is something else, export it again", all[called].name, ending)}
	}
	return nil, &data.Fault{File: in.Name(), Found: "this is no format that is read; export as SPSS (.sav), Stata (.dta), Excel (.xlsx), Parquet, Arrow, Triple-S, DDI-Codebook or CSV"}
}

// isSPSSSyntax tells syntax by its first commands, or by its ending: it may begin with
// long comments, and hold labels alone.
func isSPSSSyntax(in *data.Input, head []byte) bool {
	return syntax.SniffSPSS(head) || strings.EqualFold(filepath.Ext(in.FileName()), ".sps") && isText(head)
}

// isText reports whether the head is text in an encoding that CSV files have.
func isText(head []byte) bool {
	return isUTF16(head) || bytes.IndexByte(head, 0) < 0
}

func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0xff, 0xfe}) || bytes.HasPrefix(head, []byte{0xfe, 0xff})
}

// A stranger is a kind of file that is recognised only to be refused.
type stranger struct {
	begins string
	at     int // where the bytes stand
	what   string
}

const unpackIt = "unpack it and name the export in it"

// strangers are told by bytes at a fixed place.
func strangers() []stranger {
	return []stranger{
		{"%PDF", 0, "a PDF document; ask for the data behind it"},
		{"\x1f\x8b", 0, "a gzip archive in an archive; " + unpackIt},
		{"ustar", 257, "a tar archive; " + unpackIt},
		{"BZh", 0, "a bzip2 archive; " + unpackIt},
		{"\xfd7zXZ\x00", 0, "an xz archive; " + unpackIt},
		{"\x28\xb5\x2f\xfd", 0, "a zstd archive; " + unpackIt},
		{"7z\xbc\xaf\x27\x1c", 0, "a 7-Zip archive; " + unpackIt},
		{"Rar!", 0, "a RAR archive; " + unpackIt},
		{"\xd0\xcf\x11\xe0", 0, "an old Office document (.xls) or a workbook with a password; save it as .xlsx without a password"},
		{"\xc2\xea\x81\x60\xb3\x14\x11\xcf", 12, "a SAS data set (.sas7bdat), which is not read; export it as a transport file (.xpt, PROC COPY with the XPORT engine), SPSS (.sav) or CSV"},
		{"**COMPRESSED** **COMPRESSED**", 0, "a SAS file of PROC CPORT, which only SAS reads; export it as a transport file (.xpt, PROC COPY with the XPORT engine), SPSS (.sav) or CSV"},
		{"ENCRYPTEDSAV", 8, "an SPSS file with a password; save it without one"},
		{"RDX", 0, "an R workspace; write the data frame as Parquet or CSV"},
		{"X\n\x00\x00\x00", 0, "an R object; write the data frame as Parquet or CSV"},
		{"\x89HDF", 0, "an HDF5 file, which is not read; export as Parquet or CSV"},
		{"SQLite format 3", 0, "an SQLite database; export the table as CSV"},
		{"\x89PNG", 0, "a picture; name the export of the data"},
		{"\xff\xd8\xff", 0, "a picture; name the export of the data"},
	}
}

// foreign says what a file is that is not read, and what to do; "" for one
// that may be read.
func foreign(head []byte, ending string) string {
	for _, s := range strangers() {
		if len(head) >= s.at && bytes.HasPrefix(head[s.at:], []byte(s.begins)) {
			return "this is " + s.what
		}
	}
	switch {
	case ending == ".asc":
		return "this is fixed-width data, which cannot be read without its description; name the Triple-S definition (.sss) or DDI codebook (.xml) in place of it, or export as SPSS (.sav) or CSV"
	case bytes.HasPrefix(head, []byte("PK")) && !looksLikeWorkbook(head):
		return "this is a zip archive in an archive; " + unpackIt
	}
	return markup(words(head), ending)
}

// looksLikeWorkbook leaves a zip archive to the reader of workbooks, which
// looks inside; one that opens with an OpenDocument or another single file is
// none.
func looksLikeWorkbook(head []byte) bool {
	if bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return false
	}
	const name = 30 // where the name of the first file starts
	if len(head) <= name {
		return true
	}
	first := head[name:min(len(head), name+int(binary.LittleEndian.Uint16(head[26:])))]
	return bytes.Contains(head, []byte("xl/")) || bytes.HasPrefix(first, []byte("[Content_Types]")) ||
		bytes.HasPrefix(first, []byte("_rels/")) || bytes.HasPrefix(first, []byte("docProps/"))
}

// words is the beginning of a text in lower case, without byte-order mark.
func words(head []byte) string {
	if isUTF16(head) {
		var order binary.ByteOrder = binary.LittleEndian
		if head[0] == 0xfe {
			order = binary.BigEndian
		}
		units := make([]uint16, (len(head)-2)/2)
		for i := range units {
			units[i] = order.Uint16(head[2+2*i:])
		}
		head = []byte(string(utf16.Decode(units)))
	}
	return strings.ToLower(strings.TrimSpace(strings.TrimPrefix(string(head), "\ufeff")))
}

// markup says what a text is that is no table.
func markup(text, ending string) string {
	switch {
	case strings.HasPrefix(text, "id\trelated_id\tclass\ttype/scale\t"):
		return "this is the structure of a LimeSurvey questionnaire, without answers; export the responses as SPSS (.sav) or CSV"
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<head"), strings.HasPrefix(text, "<script"), strings.HasPrefix(text, "<body"):
		return "this is a web page, often the one that asks to log in; log in and export again"
	case strings.HasPrefix(text, "<") && (triples.Sniff([]byte(text)) || ddi.Sniff([]byte(text)) || strings.Contains(text, "<limesurveydoctype>")):
		return "" // the reader of the definition sees to it
	case strings.HasPrefix(text, "<") && strings.Contains(text, "ddiinstance"):
		return "this is DDI-Lifecycle, which is not read; export DDI-Codebook (version 2.5) with the data beside it, or SPSS (.sav) or CSV"
	case ending == ".sss" && strings.HasPrefix(text, "sss"):
		return "this is a Triple-S definition of the time before XML, which is not read; export as Triple-S XML, version 1.1 or later"
	case strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<!doctype"):
		return "this is an XML document, which is not read; export as SPSS (.sav), Excel (.xlsx) or CSV"
	case ending == ".qsf":
		return "this is the questionnaire of Qualtrics (.qsf); export the responses as SPSS (.sav) or CSV"
	case ending == ".yaml" || ending == ".yml":
		return "this is a study file and not an export"
	}
	return ""
}
