package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/xuri/excelize/v2"

	"tradeoff/data"
	"tradeoff/data/columnar"
	"tradeoff/data/csv"
	"tradeoff/data/sav"
)

// TestMain makes the program a command that tests can run in a process of its
// own, as people and schedulers do.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"report": main,
	})
}

// TestScripts runs whole commands: testdata/script holds them with their exit
// codes, what they print, and what is on the disk afterwards.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      exits,
			"survey":     survey,
			"hold":       hold,
			"jsonlines":  jsonLines,
			"jsonschema": jsonSchema,
			"links":      links,
		},
	})
}

// exits CODE COMMAND... runs a command and wants that exit code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch got := 0; {
	case errors.As(err, &exit):
		got = exit.ExitCode()
		fallthrough
	case err == nil:
		if got != want {
			ts.Fatalf("exit code %d, want %d", got, want)
		}
	default:
		ts.Fatalf("%v", err)
	}
}

// crafted is a survey whose figures can be worked out by hand. Of rows
// counted from 0, with 40 of them:
//
//	sex     1, 2, 1, 2 ...: 20 each
//	weight  1 for sex 1 and 2 for sex 2: Σw = 60, effective base 60²/(20+80) = 36
//	worry   1, 2, 3, 4, 5, 1 ...: 8 each, 4 of each sex: 20% each, weighted or not
//	sold    ticked by rows 0, 1, 4, 5, 8 ...: half of either sex
//	leak    ticked by rows 2, 3, 6, 7, 10 ...: the other half
//	trust   0 to 9 in turn, each half by even and odd: sex 1 has 0, 2, 4, 6, 8 (mean 4), sex 2 has 1, 3 ... (mean 5)
func crafted(rows, first int, wave string) string {
	var b strings.Builder
	b.WriteString("id,wave,weight,sex,worry,sold,leak,trust\n")
	for i := range rows {
		sold := 1 - i/2%2
		fmt.Fprintf(&b, "R%03d,%s,%d,%d,%d,%d,%d,%d\n", first+i, wave, i%2+1, i%2+1, i%5+1, sold, 1-sold, i%10)
	}
	return b.String()
}

// survey FILE [rows=N] [wave=W] [first=N] writes the crafted survey in the
// format that the ending says.
func survey(ts *testscript.TestScript, _ bool, args []string) {
	rows, first, wave := 40, 1, "2024"
	for _, arg := range args[1:] {
		key, value, _ := strings.Cut(arg, "=")
		n, err := strconv.Atoi(value)
		ts.Check(err)
		switch key {
		case "rows":
			rows = n
		case "first":
			first = n
		case "wave":
			wave = value
		default:
			ts.Fatalf("survey has no setting %s", key)
		}
	}
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	b, err := format(filepath.Ext(path), crafted(rows, first, wave))
	ts.Check(err)
	ts.Check(os.WriteFile(path, b, 0o644))
}

// format writes a CSV text in another format.
func format(ending, text string) ([]byte, error) {
	s, err := csv.Open(data.FromBytes("crafted.csv", []byte(text)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	switch rows := s.Batches(s.Codebook.Names()); ending {
	case ".csv":
		b.WriteString(text)
	case ".sav":
		err = sav.Write(&b, &s.Codebook, rows, sav.WriteOptions{})
	case ".parquet":
		err = columnar.WriteParquet(&b, s.Codebook, rows)
	case ".xlsx":
		err = workbook(&b, text)
	default:
		err = fmt.Errorf("no survey is written as %s", ending)
	}
	return b.Bytes(), err
}

func workbook(b *bytes.Buffer, text string) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var cells []any
		for _, cell := range strings.Split(line, ",") {
			if n, err := strconv.Atoi(cell); err == nil {
				cells = append(cells, n)
				continue
			}
			cells = append(cells, cell)
		}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			return err
		}
	}
	return f.Write(b)
}

// hold OUT STUDY holds the output of a study, as a run does, until the script
// ends.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	folder := filepath.Join(ts.MkAbs(args[0]), ".tradeoff")
	ts.Check(os.MkdirAll(folder, 0o755))
	lock := flock.New(filepath.Join(folder, args[1]+".lock"))
	ok, err := lock.TryLock()
	ts.Check(err)
	if !ok {
		ts.Fatalf("%s is held already", args[1])
	}
	ts.Defer(func() { _ = lock.Unlock() })
}

// jsonLines FILE wants every line to be a JSON object with a time, a level and
// a message, and at least one.
func jsonLines(ts *testscript.TestScript, _ bool, args []string) {
	text := strings.TrimSpace(ts.ReadFile(args[0]))
	for line := range strings.SplitSeq(text, "\n") {
		var record struct {
			Time, Level, Msg string
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			ts.Fatalf("%q is no JSON: %v", line, err)
		}
		if record.Time == "" || record.Level == "" || record.Msg == "" {
			ts.Fatalf("%q lacks a time, a level or a message", line)
		}
	}
}

// jsonSchema FILE wants a JSON Schema that is one by its own metaschema, and
// that accepts a sound study and refuses a misspelt one.
func jsonSchema(ts *testscript.TestScript, _ bool, args []string) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	c := jsonschema.NewCompiler()
	ts.Check(c.AddResource("study.json", doc))
	schema, err := c.Compile("study.json")
	ts.Check(err)
	for text, sound := range map[string]bool{
		`{"study": "S", "sources": "a.csv", "questions": {"q": {"column": "q"}}}`: true,
		`{"study": "S", "source": "a.csv", "questions": {"q": {"column": "q"}}}`:  false,
		`{"study": "S", "sources": "a.csv", "design": {"wieght": "w"}}`:           false,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		ts.Check(err)
		if err := schema.Validate(v); (err == nil) != sound {
			ts.Fatalf("%s: sound %v, the schema says %v", text, sound, err)
		}
	}
}

var link = regexp.MustCompile(`(?:href|src)="([^"#][^"]*)"`)

// links FILE [NAME...] wants every relative link of a page to lead to a file
// that is there, and the page to link to each of the names.
func links(ts *testscript.TestScript, _ bool, args []string) {
	page := ts.ReadFile(args[0])
	found := map[string]bool{}
	for _, m := range link.FindAllStringSubmatch(page, -1) {
		if strings.Contains(m[1], ":") {
			continue // data:, mailto:
		}
		found[m[1]] = true
		if _, err := os.Stat(filepath.Join(filepath.Dir(ts.MkAbs(args[0])), m[1])); err != nil {
			ts.Fatalf("the page links to %s, which is not there", m[1])
		}
	}
	for _, name := range args[1:] {
		if !found[name] {
			ts.Fatalf("the page has no link to %s", name)
		}
	}
}
