package page

import (
	"encoding/json"
	"strings"

	"tradeoff/reports"
)

// A whatIf is the part of a chapter that a reader can ask. The template lays out the
// table of what one move changes, which everybody sees, and controls that are hidden
// until the script finds them: it looks answers up and works out nothing.
type whatIf struct {
	*reports.WhatIf
	Link    entry
	Choices []choice
	Moves   []oneMove
	Data    string // JSON that the script reads
}

// A choice is a run of groups of one banner.
type choice struct {
	Banner string
	Groups []option
}

type option struct {
	Place int
	Label string
}

// A oneMove is a row of the table: one lever moved, in Total.
type oneMove struct{ Label, Said string }

// An answer is a position as the script reads it: what is said, the share and the ends
// of the interval.
type answer [4]any

func answerOf(p reports.Position) answer { return answer{p.Said, p.Share, p.Low, p.High} }

func newWhatIf(w *reports.WhatIf, link entry) *whatIf {
	out := &whatIf{WhatIf: w, Link: link}
	type group struct {
		Label   string            `json:"label"`
		Now     answer            `json:"now"`
		Answers map[string]answer `json:"answers"`
	}
	data := struct {
		Share  string  `json:"share"`
		Now    string  `json:"now"`
		Groups []group `json:"groups"`
	}{Share: w.Share, Now: settings(w, -1, 0)}
	for i, g := range w.Groups {
		if i == 0 || g.Banner != w.Groups[i-1].Banner {
			out.Choices = append(out.Choices, choice{Banner: g.Banner})
		}
		c := &out.Choices[len(out.Choices)-1]
		c.Groups = append(c.Groups, option{i, g.Label})
		x := group{Label: g.Label, Now: answerOf(g.Now), Answers: map[string]answer{}}
		for key, p := range g.Answers {
			x.Answers[key] = answerOf(p)
		}
		data.Groups = append(data.Groups, x)
	}
	if len(w.Groups) > 0 {
		for l, lever := range w.Levers {
			for k, label := range lever.Settings {
				if p, ok := w.Groups[0].Answers[settings(w, l, k)]; ok && k != lever.Now {
					out.Moves = append(out.Moves, oneMove{lever.Label + ": " + label, p.Said})
				}
			}
		}
	}
	b, err := json.Marshal(data) // keys of a map are sorted
	if err != nil {
		panic(err) // texts and whole numbers are always JSON
	}
	out.Data = string(b)
	return out
}

// settings is the key of an answer: all levers as people answered but one.
func settings(w *reports.WhatIf, lever, at int) string {
	var s strings.Builder
	for l, x := range w.Levers {
		place := x.Now
		if l == lever {
			place = at
		}
		s.WriteByte(byte('0' + place))
	}
	return s.String()
}
