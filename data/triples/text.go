package triples

import (
	"encoding/xml"
	"slices"
	"strings"

	"tradeoff/data/beside"
)

// A tongue is the language and mode of a text, "" where it says none.
type tongue struct{ language, mode string }

// A wording is one of the texts of an element.
type wording struct {
	tongue
	text string
}

// text reads an element that holds a text: plain, or in several languages and
// modes. Line breaks become blanks.
func (p *parser) text() (string, error) {
	var wordings []wording
	plain, err := p.Prose(func(e xml.StartElement) (bool, error) {
		if e.Name.Local != "text" {
			return false, nil
		}
		s, err := p.Prose(nil)
		wordings = append(wordings, wording{tongue{beside.Attribute(e, "lang"), strings.ToLower(beside.Attribute(e, "mode"))}, s})
		return true, err
	})
	if err != nil || len(wordings) == 0 {
		return plain, err
	}
	return p.choose(plain, wordings), nil
}

// choose picks one wording: of the language that was used first, else of the one
// that the definition lists first, and of these the one for interviews. The plain
// text, which stands for all languages and modes, comes before them.
func (p *parser) choose(plain string, wordings []wording) string {
	for _, w := range wordings {
		if w.language != "" && !slices.Contains(p.others, w.language) && len(p.others) < 1000 {
			p.others = append(p.others, w.language)
		}
	}
	if plain != "" {
		return plain
	}
	if p.used == (tongue{}) {
		p.used = wordings[0].tongue
		if i := slices.IndexFunc(wordings, func(w wording) bool { return len(p.languages) > 0 && strings.EqualFold(w.language, p.languages[0]) }); i >= 0 {
			p.used = wordings[i].tongue
		}
	}
	best, rank := "", -1
	for _, w := range wordings {
		r := 0
		if strings.EqualFold(w.language, p.used.language) {
			r += 4
		}
		switch w.mode {
		case "interview":
			r += 2
		case "":
			r++
		}
		if w.text != "" && r > rank {
			best, rank = w.text, r
		}
	}
	return best
}

// tell says what of the definition is not read.
func (p *parser) tell() {
	others := slices.DeleteFunc(slices.Clone(p.others), func(l string) bool { return strings.EqualFold(l, p.used.language) })
	if len(p.others) > 1 && len(others) > 0 {
		from := p.used.language
		if from == "" {
			from = "the language of the plain texts"
		}
		p.note("%s: labels are read in %s; those in %s are not.", p.in.Name(), from, beside.List(others))
	}
	if p.scores {
		p.note("%s: scores of values are not read; the codes stand for the answers.", p.in.Name())
	}
	if len(p.Unknown) > 0 {
		p.note("%s: elements that Triple-S does not have, or that are not read, were left out: %s.", p.in.Name(), beside.List(p.Unknown))
	}
}
