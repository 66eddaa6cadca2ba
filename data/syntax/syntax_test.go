package syntax

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/data/sav"
)

// files are what lies beside a syntax.
type files map[string]string

// input is a syntax with files beside it.
func input(name, syntax string, beside files) *data.Input {
	in := data.FromBytes("folder", nil).Inside(name, strings.NewReader(syntax), int64(len(syntax)), func(name string) (*data.Input, error) {
		content, ok := beside[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return data.FromBytes(name, []byte(content)), nil
	})
	in.Path = name
	return in
}

// limeSurvey is SPSS syntax in the form in which LimeSurvey writes it, of a survey of
// our own.
const limeSurvey = `* Encoding: UTF-8.
*$Rev: 121017 $ all 2.
SET UNICODE=ON.
SHOW LOCALE.
PRESERVE LOCALE.
SET LOCALE='en_UK'.
SET DECIMAL=DOT.
GET DATA
 /TYPE=TXT
 /FILE='survey_7_SPSS_data_file.dat'
 /DELCASE=LINE
 /DELIMITERS=","
 /QUALIFIER="'"
 /ARRANGEMENT=DELIMITED
 /FIRSTCASE=1
 /IMPORTCASE=ALL
 /VARIABLES=
 V1 F7
 V2 DATETIME23.2
 V3 A20
 V4 A5
 V5 F1
 V6 F15.2.
CACHE.
EXECUTE.
*Define Variable Properties.
VARIABLE LABELS V1 "id".
VARIABLE LABELS V2 "submitdate".
VARIABLE LABELS V3 "What would ""private"" mean?".
VARIABLE LABELS V4 "[Ads] Who may see what you look at?".
VARIABLE LABELS V5 "Do you mind?".
*Define Value labels.
VALUE LABELS  V4
 "A1" "the shop's staff"
 "A2" "nobody".
VALUE LABELS  V5
 1 "Yes"
 0 "Not Selected".
VARIABLE LEVEL V6(SCALE).
RENAME VARIABLE ( V1 = id ).
RENAME VARIABLE ( V2 = submitdate ).
* Variable name was incorrect and was changed from  to q_ .
RENAME VARIABLE ( V3 = q_ ).
RENAME VARIABLE ( V4 = ads_SQ001 ).
RENAME VARIABLE ( V5 = mind ).
RENAME VARIABLE ( V6 = hours ).
RESTORE LOCALE.
`

const limeSurveyData = "'1','03-11-2025 14:30:05','it''s, well, \"mine\"','A1','1','2.5'\n'2',,'','A2','0','-3'\n'3','29-02-2024 00:00:00','ünï',,,'1e3'\n"

// icpsr is a setup file in the form of ICPSR, of a survey of our own.
const icpsr = `*-------------------------------------------------------------------------*
*                     SPSS SETUP FILE FOR STUDY 0007
*  NOTE:  Users should modify this file (i.e., '*').  The command is
*  "SAVE OUTFILE".
*-------------------------------------------------------------------------.

* SPSS FILE HANDLE AND DATA LIST COMMANDS.

FILE HANDLE DATA / NAME="data-filename" LRECL=20.
DATA LIST FILE=DATA /
   CASEID 1-3        STATE 4-5 (A)
   Q1 TO Q3 6-8      WEIGHT 9-13 (3)    AGE 14-15
   .

* SPSS VARIABLE LABELS COMMAND.

VARIABLE LABELS
   CASEID    'CASE ID' /
   Q1        'TRUST: ' +
             'ADS' /
   AGE       "AGE"
   .

* SPSS VALUE LABELS COMMAND

VALUE LABELS
   Q1 TO Q3  1 '(1) NOT AT ALL' 2 '(2) A LOT' 9 '(9) REFUSED' /
   STATE     'NY' 'NEW YORK' /
   AGE       -1 'INAP' /
   .

MISSING VALUES
   Q1 TO Q2  (8, 9) /
   AGE       (LO THRU 0, 99) /
   STATE     ('XX')
   .

VARIABLE LEVEL
   AGE
    (scale) / Q1 Q2 Q3 (ordinal).

WEIGHT BY WEIGHT.
EXECUTE.
* SAVE OUTFILE="spss-filename.sav".
`

const icpsrData = "001NY12910500 1\n002XX 1 09999-1\n  3CA8211.25 42\n"

// redcap is syntax in the form of REDCap, of a survey of our own.
const redcap = `FILE HANDLE data1 NAME='Ours_DATA_NOHDRS.csv' LRECL=90000.

DATA LIST FREE (",")
	FILE = data1
	/record_id (A500) age (F3) d (DATE11) .

VARIABLE LABEL record_id 'Record ID'
	/age 'Age, at the "start"'
	/d 'Day'.

VALUE LABEL age 18 'of age'.

SET LOCALE=en_us.UTF-8.
`

const redcapData = "a b,18,03-nov-2025\nc,7,01-JAN-2000\n"

// PSPP runs the same syntax, and saves what it made of it: names, labels, missing
// values, levels and values are those that we read.
func TestSPSSAsPSPP(t *testing.T) {
	if _, err := exec.LookPath("pspp"); err != nil {
		t.Skip("pspp is not installed, so it cannot be asked")
	}
	for _, c := range []struct{ name, file, syntax, data string }{
		{"survey_7_SPSS_syntax_file.sps", "survey_7_SPSS_data_file.dat", limeSurvey, limeSurveyData},
		{"0007-Setup.sps", "0007-Data.txt", icpsr, icpsrData},
		{"ours.sps", "Ours_DATA_NOHDRS.csv", redcap, redcapData},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write := func(name, content string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			write(c.file, c.data)
			// PSPP 1.6 has no SET UNICODE, PRESERVE LOCALE and LRECL, and wants "/NAME".
			known := strings.NewReplacer("SET UNICODE=ON.\n", "", "PRESERVE LOCALE.\n", "", "SET LOCALE='en_UK'.\n", "", "RESTORE LOCALE.\n", "",
				" LRECL=20", "", " LRECL=90000", "", "data1 NAME", "data1 /NAME", "data-filename", c.file, "SET LOCALE=en_us.UTF-8.\n", "")
			write("ask.sps", known.Replace(c.syntax)+"\nSAVE OUTFILE='out.sav'.\n")
			ask := exec.Command("pspp", "-o", "/dev/null", "ask.sps")
			ask.Dir = dir
			if b, err := ask.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, b)
			}
			in, err := data.FromFile(filepath.Join(dir, "out.sav"))
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			theirs, err := sav.Open(in)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := OpenSPSS(input(c.name, c.syntax, files{c.file: c.data}))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(plain(theirs), plain(ours)); diff != "" {
				t.Errorf("the codebook (-PSPP +ours):\n%s", diff)
			}
			names := ours.Codebook.Names()
			if diff := cmp.Diff(readertest.Cells(t, theirs, names...), readertest.Cells(t, ours, names...)); diff != "" {
				t.Errorf("the values (-PSPP +ours):\n%s", diff)
			}
		})
	}
}

// plain is a codebook without print formats, with labels and missing values in order,
// and without levels that PSPP sets by itself.
func plain(s *data.Survey) data.Codebook {
	b := data.Codebook{Weight: s.Codebook.Weight}
	for _, v := range s.Codebook.Variables {
		v.Format, v.Level = "", data.LevelUnknown
		v.Labels = slices.Clone(v.Labels)
		slices.SortFunc(v.Labels, func(a, b data.ValueLabel) int { return strings.Compare(a.Code, b.Code) })
		slices.Sort(v.Missing.Codes)
		if len(v.Missing.Codes) == 0 {
			v.Missing.Codes = nil
		}
		if len(v.Labels) == 0 {
			v.Labels = nil
		}
		b.Variables = append(b.Variables, v)
	}
	return b
}

// R runs the syntax that LimeSurvey writes; what it holds then is what we read.
const rSyntax = `data <- read.csv("survey_7_R_data_file.csv", quote = "'\"", na.strings=c("", "\"\""), stringsAsFactors=FALSE, fileEncoding="UTF-8-BOM")


# LimeSurvey Field type: F
data[, 1] <- as.numeric(data[, 1])
attributes(data)$variable.labels[1] <- "id"
names(data)[1] <- "id"
# LimeSurvey Field type: A
data[, 2] <- as.character(data[, 2])
attributes(data)$variable.labels[2] <- "What would \"private\" mean?  It\'s yours."
data[, 2] <- factor(data[, 2], levels=c("AO01","AO02","-oth-"),labels=c("the shop\'s staff", "nobody", "Other"))
names(data)[2] <- "private"
# LimeSurvey Field type: F
data[, 3] <- as.numeric(data[, 3])
attributes(data)$variable.labels[3] <- "[Ads] Do you mind?"
data[, 3] <- factor(data[, 3], levels=c(1,0),labels=c("Yes", "Not selected"))
names(data)[3] <- "mind_SQ001"
# LimeSurvey Field type: F
data[, 4] <- as.numeric(data[, 4])
attributes(data)$variable.labels[4] <- "Hours"
# Variable name was incorrect and was changed from  to q_ .
names(data)[4] <- "q_"
`

const rData = "\xef\xbb\xbf\"Response ID\",\"Text\",\"Text\",\"\"\n\"1\",\"AO01\",\"1\",\"2.5\"\n\"2\",\"-oth-\",\"0\",\"\"\n\"3\",\"\",\"\",\"-3\"\n"

func TestRAsR(t *testing.T) {
	if _, err := exec.LookPath("Rscript"); err != nil {
		t.Skip("R is not installed, so it cannot be asked")
	}
	dir := t.TempDir()
	ask := rSyntax + `
for (i in seq_along(data)) {
  x <- data[[i]]
  cat(names(data)[i], attributes(data)$variable.labels[i], paste(levels(x), collapse="; "), paste(ifelse(is.na(x), "", as.character(x)), collapse=","), sep="|")
  cat("\n")
}`
	for name, content := range map[string]string{"survey_7_R_data_file.csv": rData, "ask.R": ask} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.Command("Rscript", "ask.R")
	run.Dir = dir
	theirs, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, theirs)
	}
	s, err := OpenR(input("survey_7_R_syntax_file.R", rSyntax, files{"survey_7_R_data_file.csv": rData}))
	if err != nil {
		t.Fatal(err)
	}
	cells := readertest.Cells(t, s, s.Codebook.Names()...)
	var ours strings.Builder
	for _, v := range s.Codebook.Variables {
		var levels, values []string
		for _, l := range v.Labels {
			levels = append(levels, l.Label)
		}
		for _, code := range cells[v.Name] {
			if label := v.LabelOf(code); label != "" {
				code = label
			}
			values = append(values, code)
		}
		fmt.Fprintf(&ours, "%s|%s|%s|%s\n", v.Name, v.Label, strings.Join(levels, "; "), strings.Join(values, ","))
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(theirs), "  ", " "), ours.String()); diff != "" {
		t.Errorf("(-R +ours):\n%s", diff)
	}
}

// What the syntax says that PSPP does not show: levels, the weight, sets, and notes.
func TestSPSSBeyondPSPP(t *testing.T) {
	s, err := OpenSPSS(input("a.sps", `DATA LIST LIST (TAB) FILE='c:\work\a.dat' SKIP=1 / id (A3) q1 TO q3 (F1) w.
VARIABLE LEVEL id (NOMINAL) / q1 q2 (ORDINAL) w (SCALE).
MRSETS /MDGROUP NAME=$ticks LABEL='Ticked' CATEGORYLABELS=VARLABELS VARIABLES=q1 q2 VALUE=1 /MCGROUP NAME=$all VARIABLES=q2 q3.
RENAME VARIABLES q1=first.
weight by w.
add val lab first 1 'Yes' / q2 to q3 0 'No'.
FREQUENCIES all.
`, files{"a.dat": "id\tq1\tq2\tq3\tw\n'a\t1\t0\t1\t.5\n\"b\tc\"\t\t1\t0\t1.5\n"}))
	if err != nil {
		t.Fatal(err)
	}
	var levels []data.Level
	for _, v := range s.Codebook.Variables {
		levels = append(levels, v.Level)
	}
	if diff := cmp.Diff([]data.Level{data.Nominal, data.Ordinal, data.Ordinal, data.LevelUnknown, data.Scale}, levels); diff != "" {
		t.Error(diff)
	}
	if s.Codebook.Weight != "w" || s.Codebook.Variable("first").LabelOf("1") != "Yes" || s.Codebook.Variable("q3").LabelOf("0") != "No" {
		t.Errorf("%+v", s.Codebook)
	}
	if diff := cmp.Diff([]data.Set{{Name: "$ticks", Label: "Ticked", Counted: "1", Variables: []string{"first", "q2"}}, {Name: "$all", Variables: []string{"q2", "q3"}}}, s.Codebook.Sets); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a.sps: commands that describe no data are not run: FREQUENCIES.", "a.sps: it names a data file in another place, which is not followed; the one beside the syntax is read."}, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string][]string{"id": {"'a", "b\tc"}, "w": {"0.5", "1.5"}}, readertest.Cells(t, s, "id", "w")); diff != "" {
		t.Error(diff)
	}
}

// Labels alone belong to a file with a line of names.
func TestLabelsAlone(t *testing.T) {
	s, err := OpenSPSS(input("a.sps", "VARIABLE LABELS q 'Do you?' .\nVALUE LABELS q 1 'Yes'\n\nMISSING VALUES q (9).\nVALUE LABELS name 'x' 'X'.", files{"a.csv": "name,q,more\nx,1,5\ny,9,6\n"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []data.Variable{{Name: "q", Label: "Do you?", Labels: []data.ValueLabel{{Code: "1", Label: "Yes"}}, Missing: data.Missing{Codes: []string{"9"}}},
		{Name: "name", Type: data.Text, Labels: []data.ValueLabel{{Code: "x", Label: "X"}}}, {Name: "more"}}
	if diff := cmp.Diff(want, s.Codebook.Variables); diff != "" {
		t.Error(diff)
	}
}

// Dates in the orders of the formats of SPSS; seconds of TestSPSSAsPSPP and of date(1).
func TestMoments(t *testing.T) {
	for cell, want := range map[string]string{
		"dmy 03-11-2025 14:30:05":    "1762180205",
		"dmy 3.nov.2025":             "1762128000",
		"dmy 03/November/2025":       "1762128000",
		"mdy 11/03/2025":             "1762128000",
		"ymd 2025-11-03 14:30:05.99": "1762180205",
		"dmy 2025-11-03 14:30":       "1762180200",
		"dmy 31-02-2025":             "",
		"dmy 03-11-25":               "",
		"dmy 03-foo-2025":            "",
		"dmy 03-11-2025 25:00:00":    "",
		"dmy 03-11-2025 1:2:3 4":     "",
		"dmy soon":                   "",
	} {
		order, text, _ := strings.Cut(cell, " ")
		got := ""
		if v, ok := moments(order)([]byte(text)); ok {
			got = data.Code(v)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", cell, got, want)
		}
	}
}

// What is not understood is refused, with its line.
func TestFaults(t *testing.T) {
	const list = "DATA LIST FILE='a.dat' / q 1 s 2 (A).\n"
	for _, c := range []struct{ syntax, want string }{
		{"", "a.sps: the syntax describes no variable"},
		{list + "RECODE q (1=2).", `a.sps:2: the command "RECODE" may change the data and is not run`},
		{list + "\nCOMPUTE x = 1.", `a.sps:3: the command "COMPUTE" may change`},
		{list + "BEGIN DATA.\n1\nEND DATA.", "a.sps:2: the data stand in the syntax itself"},
		{list + "BEGIN PROGRAM.\nx\nEND PROGRAM.", "a.sps:2: a program stands behind the data"},
		{list + list, "a.sps:2: the syntax reads data a second time"},
		{"GET FILE='x.sav'.", "a.sps:1: it reads x.sav, which has labels of its own"},
		{"GET DATA /TYPE=XLSX /FILE='x.xlsx'.", "a.sps:1: the data are no text"},
		{"GET DATA /TYPE=TXT /FILE='a.dat' /DELIMITERS=', ' /VARIABLES=q F1.", "a.sps:1: values are read that one sign parts"},
		{"GET DATA /TYPE=TXT /FILE='a.dat' /IMPORTCASE=FIRST 10 /VARIABLES=q F1.", "a.sps:1: only some respondents are read"},
		{"GET DATA /TYPE=TXT /FILE='a.dat' /VARIABLES=q PCT4.", `a.sps:1: the format "PCT4" of "q" is not read`},
		{"GET DATA /TYPE=TXT /FILE='a.dat' /COLOUR=1 /VARIABLES=q F1.", `a.sps:1: the subcommand "COLOUR" is not known`},
		{"DATA LIST FILE='a.dat' RECORDS=2 / q 1.", "a.sps:1: each respondent has 2 lines"},
		{"DATA LIST FILE='a.dat' / q 1 / s 2.", "a.sps:1: respondents have several lines"},
		{"DATA LIST FILE='a.dat' / q 5-1.", `a.sps:1: "q" ends before it starts`},
		{"DATA LIST FILE='a.dat' / q s t 1-2.", "a.sps:1: 2 positions cannot be shared by 3 variables"},
		{"DATA LIST FILE='a.dat' / q 1 Q 2.", `a.sps:1: the variable "Q" comes twice`},
		{"DATA LIST FILE='a.dat' / q3 TO q1 1-3.", `a.sps:1: "q3" TO "q1" names no variables in order`},
		{list + "VARIABLE LABELS x 'X'.", `a.sps:2: there is no variable "x"`},
		{list + "VARIABLE LABELS q 'X.", "a.sps:2: a text that begins here has no quotation mark"},
		{list + "VALUE LABELS q 1.", "a.sps:2: the command ends where a label in quotation marks was expected"},
		{list + "VALUE LABELS q (1) 'X'.", `a.sps:2: "(" stands where a code was expected`},
		{list + "MISSING VALUES q (9 THRU 1).", "a.sps:2: the range of missing values ends below its start"},
		{list + "MISSING VALUES q 9.", `a.sps:2: "9" stands where a bracket with missing values was expected`},
		{list + "VARIABLE LEVEL q (ROUND).", `a.sps:2: "ROUND" stands where (NOMINAL)`},
		{list + "RENAME VARIABLES (q = s).", `a.sps:2: two variables are called "s"`},
		{list + "VALUE LABELS s TO q 1 'X'.", `a.sps:2: "q" does not come behind "s"`},
		{"DATA LIST FILE='none.dat' / q 1.", "a.sps: its data file is not there: looked in the folder of the definition for none.dat, none.dat.gz, a.csv"},
	} {
		beside := files{"a.dat": "1a\n"}
		if strings.Contains(c.want, "none.dat") {
			beside = nil
		}
		_, err := OpenSPSS(input("a.sps", c.syntax, beside))
		want := strings.Replace(c.want, "none.dat.gz, a.csv", "none.dat.gz, a.dat", 1)
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s\n%v, want %s", c.syntax, err, want)
		}
	}
	_, err := OpenSPSS(input("a.sps", "VARIABLE LABELS q 'X'.", files{"a.csv": "q\n1\n", "a.dat": "q\n2\n"}))
	if err == nil || !strings.HasPrefix(err.Error(), "a.sps: it may describe a.dat or a.csv, which both lie beside it") {
		t.Error(err)
	}
	_, err = OpenSPSS(input("a.sps", "GET DATA /TYPE=TXT /FILE='a.csv' /DELIMITERS=',' /VARIABLES=q F1 s A1.", files{"a.csv": "1,x\nmany,y\n"}))
	if err == nil || !strings.HasPrefix(err.Error(), "a.csv:2: column q: the value is no number, as the syntax says") {
		t.Error(err)
	}
}

func TestRFaults(t *testing.T) {
	const two = "data <- read.csv(\"a.csv\")\ndata[, 1] <- as.numeric(data[, 1])\nnames(data)[1] <- \"q\"\n"
	for _, c := range []struct{ syntax, want string }{
		{"", "a.R: the syntax describes no column"},
		{two + "data <- data[data$q > 1, ]", "a.R:4: this is nothing that LimeSurvey writes"},
		{two + "data[, 1] <- as.numeric(data[, 2])", "a.R:4: this is nothing that LimeSurvey writes"},
		{two + "names(data)[3] <- \"r\"", "a.R: the syntax gives no name to column 2 of 3"},
		{two + "names(data)[2] <- \"q\"", "a.R: column q: two columns have this name"},
		{two + "names(data)[1] <- \"r", "a.R:4: this is nothing that LimeSurvey writes"},
		{two + "names(data)[1] <- \"r\"; data <- 1", `a.R:4: ";" stands where the end of the line was expected`},
		{two + "data[, 1] <- factor(data[, 1], levels=c(1,2),labels=c(\"Yes\"))", "a.R:4: there are 2 levels and 1 labels"},
		{"data <- read.csv(\"a.csv\", sep=\";\")", `a.R:1: the option "sep" of read.csv is not one`},
		{two + "names(data)[2] <- \"r\"\n", "a.csv:2: this line has 1 field and the header 2"},
	} {
		_, err := OpenR(input("a.R", c.syntax, files{"a.csv": "\"one\"\n1\n2\n"}))
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s\n%v, want %s", c.syntax, err, c.want)
		}
	}
}

func FuzzSPSS(f *testing.F) {
	for _, s := range []string{limeSurvey, icpsr, redcap, "MRSETS /MDGROUP NAME=$a VARIABLES=q VALUE=1.", "DATA LIST LIST (TAB) /a TO c (A1) d * .", "/* x */ SET DECIMAL COMMA.\n* c"} {
		f.Add(s, limeSurveyData)
		f.Add(s, icpsrData)
	}
	f.Fuzz(func(t *testing.T, syntax, content string) {
		s, err := OpenSPSS(input("a.sps", syntax, files{"a.dat": content, "survey_7_SPSS_data_file.dat": content}))
		readertest.Sound(t, s, err)
	})
}

func FuzzR(f *testing.F) {
	f.Add(rSyntax, rData)
	f.Add("data <- read.csv('a.csv'\n)\nnames(data)[1] <- 'q' # x", "q\n1\n")
	f.Fuzz(func(t *testing.T, syntax, content string) {
		s, err := OpenR(input("a.R", syntax, files{"a.csv": content, "survey_7_R_data_file.csv": content}))
		readertest.Sound(t, s, err)
	})
}
