package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"tradeoff/data"
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
		fmt.Fprintf(b, "multiple-response set %s: %s (%s)\n", set.Name, set.Label, strings.Join(set.Variables, ", "))
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
		fmt.Fprintf(w, "  %8d  %s  %s%s\n", count[code], code, label, mark)
		delete(count, code)
	}
	if len(v.Labels)+len(p.Values) > 2*inspected && len(v.Labels) == 0 {
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

// short prints a number to four digits.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// plural counts things in words.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
