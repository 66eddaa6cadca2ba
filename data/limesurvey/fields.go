package limesurvey

import (
	"strconv"
	"strings"

	"tradeoff/data"
)

// A field is a column of an export.
type field struct {
	code    string // as in q1[SQ001]
	short   string // as in q1_SQ001, which expressions use
	label   string
	level   data.Level
	schemes []scheme // how answers may be written; none for answers that have no list
	ticked  *question
	found   bool
}

// A scheme is one way in which the answers of a list are written, with their labels.
type scheme []data.ValueLabel

// fields lists the columns of a question; answers without a list are words of the
// survey's language.
func (own *question) fields(language string) []*field {
	base := func(label string, with ...string) *field {
		f := &field{code: own.code, short: own.code, label: own.text}
		if len(with) > 0 {
			f.code += "[" + strings.Join(with, "_") + "]"
			f.short += "_" + strings.Join(with, "_")
		}
		if label != "" {
			f.label = strings.TrimSpace(f.label + " [" + label + "]")
		}
		return f
	}
	var out []*field
	add := func(f *field, level data.Level, schemes []scheme) {
		f.level, f.schemes = level, schemes
		out = append(out, f)
	}
	each := func(level data.Level, schemes []scheme) {
		for _, s := range own.subs {
			add(base(s.text, s.code), level, schemes)
		}
	}
	switch own.kind {
	case "L", "!", "O":
		add(base(""), data.Nominal, own.listed(0))
		if own.kind == "O" {
			add(base("Comment", "comment"), data.LevelUnknown, nil)
		}
	case "Y", "G":
		add(base(""), data.Nominal, fixed(own.kind, language))
	case "5":
		add(base(""), data.Ordinal, nil)
	case "N":
		add(base(""), data.Scale, nil)
	case "M", "P":
		for _, s := range own.subs {
			f := base(s.text, s.code)
			f.ticked = own
			add(f, data.Nominal, fixed("M", language))
			if own.kind == "P" {
				add(base(s.text+" comment", s.code+"comment"), data.LevelUnknown, nil)
			}
		}
		if own.kind == "P" && own.other {
			add(base("Other comment", "othercomment"), data.LevelUnknown, nil)
		}
	case "A", "B":
		each(data.Ordinal, nil)
	case "C", "E":
		each(data.LevelUnknown, fixed(own.kind, language))
	case "F", "H":
		each(data.LevelUnknown, own.listed(0))
	case "K":
		each(data.Scale, nil)
	case "Q":
		each(data.LevelUnknown, nil)
	case "1":
		for _, s := range own.subs {
			for scale := range 2 {
				f := base(s.text, s.code)
				f.code += "[" + strconv.Itoa(scale+1) + "]"
				f.short += "_" + strconv.Itoa(scale)
				f.label += "[Scale " + strconv.Itoa(scale+1) + "]"
				add(f, data.LevelUnknown, own.listed(scale))
			}
		}
	case ":", ";":
		for _, y := range own.subs {
			for _, x := range own.subs {
				if y.scale == 0 && x.scale == 1 {
					f := base(y.text, y.code, x.code)
					f.label += "[" + x.text + "]"
					add(f, data.LevelUnknown, nil)
				}
			}
		}
	case "R":
		for i := range own.answers {
			n := strconv.Itoa(i + 1)
			add(base("Rank "+n, n), data.Nominal, own.listed(0))
		}
	case "X":
	default: // texts, dates, equations, languages, files
		add(base(""), data.LevelUnknown, nil)
	}
	if own.other && strings.Contains("L!MPFH", own.kind) {
		add(base("Other", "other"), data.LevelUnknown, nil)
	}
	return out
}

// listed are the ways in which the answers of a list are written: as codes, and as texts.
func (own *question) listed(scale int) []scheme {
	var codes, texts scheme
	twice, seen := false, map[string]bool{}
	for _, a := range own.answers {
		if a.scale != scale {
			continue
		}
		codes = append(codes, data.ValueLabel{Code: a.code, Label: a.text})
		if a.text != "" {
			texts = append(texts, data.ValueLabel{Code: a.text, Label: a.text})
		}
		twice = twice || seen[a.text]
		seen[a.text] = true
	}
	if own.other {
		codes = append(codes, data.ValueLabel{Code: "-oth-", Label: "Other"})
		texts = append(texts, data.ValueLabel{Code: "Other", Label: "Other"})
		twice = twice || seen["Other"]
	}
	if twice { // a text says not which answer it is
		return []scheme{codes}
	}
	return []scheme{codes, texts}
}
