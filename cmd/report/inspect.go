package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/columnar"
)

// inspected is how many values of a variable inspect lists.
const inspected = 20

// inspect prints a codebook as people read one.
func inspect(w io.Writer, s *data.Survey, profiles []data.Profile) error {
	b := bufio.NewWriter(w)
	for _, f := range s.Files {
		rows := ""
		if len(profiles) > 0 {
			rows = ", " + plural(int(profiles[0].Recorded+profiles[0].Null), f.Unit)
		}
		fmt.Fprintf(b, "%s: %s%s, %s\n", f.Name(), f.Format, rows, plural(len(s.Codebook.Variables), "variable"))
	}
	if s.Codebook.Weight != "" {
		fmt.Fprintf(b, "The file names %s as its weight.\n", s.Codebook.Weight)
	}
	for _, n := range s.Codebook.Notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
	for _, d := range s.Codebook.Dropped {
		fmt.Fprintf(b, "not read: %s (%s)\n", d.Name, d.Reason)
	}
	for _, set := range s.Codebook.Sets {
		label := ""
		if set.Label != "" {
			label = ": " + set.Label
		}
		fmt.Fprintf(b, "multiple-response set %s%s (%s)\n", set.Name, label, strings.Join(set.Variables, ", "))
	}
	for i := range s.Codebook.Variables {
		variable(b, &s.Codebook.Variables[i], profiles[i])
	}
	return b.Flush()
}

func variable(w io.Writer, v *data.Variable, p data.Profile) {
	fmt.Fprintf(w, "\n%s  (%s)", v.Name, v.Type)
	if v.Label != "" {
		fmt.Fprintf(w, "  %s", v.Label)
	}
	fmt.Fprintf(w, "\n  %d answered, %d declared missing, %d empty", p.Recorded-p.Missing, p.Missing, p.Null)
	if v.Type == data.Number && p.Recorded > p.Missing {
		fmt.Fprintf(w, "; %s to %s, mean %s", short(p.Min), short(p.Max), short(p.Mean))
	}
	fmt.Fprintln(w)
	if p.Values == nil {
		if p.Recorded > 0 {
			fmt.Fprintf(w, "  %d or more different values\n", p.Distinct)
		}
		return
	}
	count := map[string]int64{}
	for _, c := range p.Values {
		count[c.Code] = c.N
	}
	line := func(code, label string) {
		mark := ""
		if v.Missing.Declares(code) {
			mark = "  (missing)"
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("  %8d  %s  %s%s", count[code], valueOf(v, code), label, mark), " "))
		delete(count, code)
	}
	if !listed(v, p) {
		fmt.Fprintf(w, "  %d different values\n", p.Distinct)
		return
	}
	for _, l := range v.Labels {
		line(l.Code, l.Label)
	}
	for _, c := range p.Values {
		if _, left := count[c.Code]; left {
			line(c.Code, "")
		}
	}
}

// listed tells whether the values of a variable are: those of one without labels
// only where they are few.
func listed(v *data.Variable, p data.Profile) bool {
	return p.Values != nil && (len(v.Labels) > 0 || len(p.Values) <= 2*inspected)
}

// valueOf is a value as people write it: a time as date, and not in seconds.
func valueOf(v *data.Variable, code string) string {
	if seconds, err := strconv.ParseInt(code, 10, 64); err == nil && v.Type == data.Time {
		return data.Moment(seconds)
	}
	return code
}

// short prints a number to four digits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// plural counts things in words.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// The JSON of inspect. Its keys are a contract with scripts (docs/codebook.md).
type (
	inspection struct {
		Files    []inspectedFile   `json:"files"`
		Codebook json.RawMessage   `json:"codebook"`
		Counts   []inspectedCounts `json:"counts"`
		Dropped  []inspectedDrop   `json:"dropped"`
		Notes    []string          `json:"notes"`
	}
	inspectedFile struct {
		Name   string `json:"name"`
		Format string `json:"format"`
		Unit   string `json:"unit"`
	}
	inspectedCounts struct {
		Name     string           `json:"name"`
		Type     string           `json:"type"`
		Answered int64            `json:"answered"`
		Missing  int64            `json:"missing"`
		Empty    int64            `json:"empty"`
		Min      *float64         `json:"min,omitempty"`
		Max      *float64         `json:"max,omitempty"`
		Mean     *float64         `json:"mean,omitempty"`
		Values   []inspectedValue `json:"values,omitempty"`
	}
	inspectedValue struct {
		Code string `json:"code"`
		N    int64  `json:"n"`
	}
	inspectedDrop struct {
		Name   string `json:"name"`
		Reason string `json:"reason"`
	}
)

// inspectJSON prints what inspect prints, for scripts.
func inspectJSON(w io.Writer, s *data.Survey, profiles []data.Profile) error {
	book, err := columnar.EncodeBook(s.Codebook)
	if err != nil {
		return err
	}
	out := inspection{Codebook: json.RawMessage(book), Counts: []inspectedCounts{}, Dropped: []inspectedDrop{}, Notes: append([]string{}, s.Codebook.Notes...)}
	for _, f := range s.Files {
		out.Files = append(out.Files, inspectedFile{f.Name(), f.Format, f.Unit})
	}
	for _, d := range s.Codebook.Dropped {
		out.Dropped = append(out.Dropped, inspectedDrop(d))
	}
	for i := range s.Codebook.Variables {
		out.Counts = append(out.Counts, countsOf(&s.Codebook.Variables[i], profiles[i]))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func countsOf(v *data.Variable, p data.Profile) inspectedCounts {
	c := inspectedCounts{Name: v.Name, Type: v.Type.String(), Answered: p.Recorded - p.Missing, Missing: p.Missing, Empty: p.Null}
	if v.Type == data.Number && c.Answered > 0 {
		c.Min, c.Max, c.Mean = &p.Min, &p.Max, &p.Mean
	}
	if listed(v, p) {
		for _, n := range p.Values {
			c.Values = append(c.Values, inspectedValue(n))
		}
	}
	return c
}
