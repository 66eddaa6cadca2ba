package syntax

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/described"
)

// variableLabels reads names with their labels: a 'text' /b 'text'.
func (s *spss) variableLabels(l *list) error {
	for l.sign("/"); !l.done(); l.sign("/") {
		some, err := s.variables(l)
		if err != nil {
			return err
		}
		if l.peek().kind != quoted {
			return l.strange("a label in quotation marks")
		}
		label := clean(l.take().text)
		for _, v := range some {
			v.Label = label
		}
	}
	return nil
}

// clean makes white space in a label single blanks.
func clean(s string) string { return strings.Join(strings.Fields(s), " ") }

// valueLabels reads names with codes and labels: a b 1 'text' 2 'text' /c ...; add says
// that labels that are there stay.
func (s *spss) valueLabels(l *list, add bool) error {
	for l.sign("/"); !l.done(); l.sign("/") {
		some, err := s.variables(l)
		if err != nil {
			return err
		}
		var labels []described.Category
		for !l.done() && !l.sign("/") {
			code, err := l.code()
			if err != nil {
				return err
			}
			l.sign(",")
			if l.peek().kind != quoted {
				return l.strange("a label in quotation marks")
			}
			label := clean(l.take().text)
			l.sign(",")
			if err := s.spend(len(some)); err != nil {
				return err
			}
			labels = append(labels, described.Category{Code: code, Label: label, Labelled: label != ""})
		}
		for _, v := range some {
			if !add {
				v.Categories = nil
			}
			for _, k := range labels {
				v.Categories = slices.DeleteFunc(v.Categories, func(old described.Category) bool { return old.Code == k.Code })
			}
			v.Categories = append(v.Categories, labels...)
		}
	}
	return nil
}

// code reads a code: a number, which may have a sign, or a text.
func (l *list) code() (string, error) {
	minus := ""
	if l.sign("-") {
		minus = "-"
	} else {
		l.sign("+")
	}
	t := l.peek()
	if t.kind == number || t.kind == quoted && minus == "" {
		l.take()
		return minus + strings.TrimRight(t.text, " "), nil
	}
	return "", l.strange("a code")
}

// missingValues reads names with values in brackets: a b (8, 9) /c (90 THRU HI).
func (s *spss) missingValues(l *list) error {
	for l.sign("/"); !l.done(); l.sign("/") {
		some, err := s.variables(l)
		if err != nil {
			return err
		}
		if !l.sign("(") {
			return l.strange("a bracket with missing values")
		}
		var codes []string
		var ranges []described.Bounds
		for !l.sign(")") {
			low, code, err := s.end(l)
			if err != nil {
				return err
			}
			if l.keyword("THRU") || l.keyword("THROUGH") {
				high, _, err := s.end(l)
				if err != nil {
					return err
				}
				if !(low <= high) {
					return s.fault(l.line, "the range of missing values ends below its start; correct the syntax")
				}
				ranges = append(ranges, described.Bounds{Low: low, High: high})
			} else {
				codes = append(codes, code)
			}
			l.sign(",")
		}
		for _, v := range some {
			v.NoAnswer, v.Ranges = codes, ranges
		}
	}
	return nil
}

// end reads a missing value or the end of a range of them; a text has NaN for its number.
func (s *spss) end(l *list) (float64, string, error) {
	switch {
	case l.keyword("LO") || l.keyword("LOWEST"):
		return math.Inf(-1), "", nil
	case l.keyword("HI") || l.keyword("HIGHEST"):
		return math.Inf(1), "", nil
	}
	text := l.peek().kind == quoted
	code, err := l.code()
	if err != nil {
		return 0, "", err
	}
	n, err := strconv.ParseFloat(code, 64)
	if text || err != nil {
		n = math.NaN()
	}
	return n, code, nil
}

// variableLevel reads names with a level in brackets: a b (NOMINAL).
func (s *spss) variableLevel(l *list) error {
	for l.sign("/"); !l.done(); l.sign("/") {
		some, err := s.variables(l)
		if err != nil {
			return err
		}
		level := data.LevelUnknown
		if l.sign("(") {
			switch {
			case l.keyword("NOMINAL"):
				level = data.Nominal
			case l.keyword("ORDINAL"):
				level = data.Ordinal
			case l.keyword("SCALE"):
				level = data.Scale
			}
		}
		if level == data.LevelUnknown || !l.sign(")") {
			return l.strange("(NOMINAL), (ORDINAL) or (SCALE)")
		}
		for _, v := range some {
			v.Level = level
		}
	}
	return nil
}

// rename reads (a = b) (c d = e f), with or without brackets.
func (s *spss) rename(l *list) error {
	l.sign("/")
	for !l.done() {
		bracket := l.sign("(")
		some, err := s.variables(l)
		if err != nil {
			return err
		}
		if !l.sign("=") {
			return l.strange("= and a new name")
		}
		for _, v := range some {
			if delete(s.byName, strings.ToLower(v.Name)); l.peek().kind != word {
				return l.strange("a new name")
			}
			v.Name = l.take().text
			l.sign(",")
		}
		for _, v := range some {
			if name := strings.ToLower(v.Name); s.byName[name] != nil && s.byName[name] != v {
				return s.fault(l.line, "two variables are called %q; rename one of them", short(v.Name))
			}
			s.byName[strings.ToLower(v.Name)] = v
		}
		if bracket && !l.sign(")") {
			return l.strange("a closing bracket")
		}
	}
	return nil
}

// weight reads WEIGHT BY name, and WEIGHT OFF.
func (s *spss) weight(l *list) error {
	for _, v := range s.c.Variables {
		v.Weight = false
	}
	if l.keyword("OFF") {
		return nil
	}
	l.keyword("BY")
	if l.peek().kind != word {
		return l.strange("the name of a variable")
	}
	v, err := s.variable(l.take())
	if err == nil {
		v.Weight = true
	}
	return err
}

// sets reads /MDGROUP and /MCGROUP of MRSETS.
func (s *spss) sets(l *list) error {
	for l.sign("/"); !l.done(); l.sign("/") {
		many, categories := l.keyword("MDGROUP"), false
		if !many {
			categories = l.keyword("MCGROUP")
		}
		var g described.Group
		for !l.done() && l.peek().text != "/" {
			t := l.take()
			if !l.sign("=") {
				continue
			}
			switch strings.ToUpper(t.text) {
			case "NAME":
				g.Name = l.take().text
			case "LABEL":
				g.Label = clean(l.take().text)
			case "VALUE":
				code, err := l.code()
				if err != nil {
					return err
				}
				g.Counted = code
			case "VARIABLES":
				some, err := s.members(l)
				if err != nil {
					return err
				}
				g.Variables = some
			}
		}
		if many || categories {
			if g.Name == "" || g.Variables == nil || many && g.Counted == "" {
				return s.fault(l.line, "a multiple-response set lacks its name, its variables or its counted value; correct the syntax")
			}
			s.c.Groups = append(s.c.Groups, g)
		}
	}
	return nil
}

// members are the IDs of a set's variables, which end before a word with "=".
func (s *spss) members(l *list) ([]string, error) {
	n := 0
	for n < len(l.tokens) && l.tokens[n].kind == word && !(n+1 < len(l.tokens) && l.tokens[n+1].text == "=") {
		n++
	}
	own := &list{place: l.place, tokens: l.tokens[:n], line: l.line}
	some, err := s.variables(own)
	if err != nil {
		return nil, err
	}
	l.tokens = l.tokens[n:]
	ids := make([]string, len(some))
	for i, v := range some {
		ids[i] = v.ID
	}
	return ids, nil
}
