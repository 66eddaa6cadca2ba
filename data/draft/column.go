package draft

import (
	"cmp"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tradeoff/data"
)

// A column is a variable, what it holds, and what that makes of it.
type column struct {
	*data.Variable
	data.Profile
	taken   bool
	answer  []option // answers of a closed variable, in the export's order
	dk      []option // don't know
	none    []option // refused, not applicable: no answer
	odd     []string // codes that stand apart and are taken for no answer
	set     string   // the export's own multiple-response set that it is in, "" if none
	counts  string   // the code that the set counts
	closed  bool     // it has few answers, all of them known but for what is written
	written bool     // texts beside the answers were written by people, and are not among them
	several *cells   // the cells hold several answers each, nil if they do not
}

// chosen is what Qualtrics puts behind a question with a text field, in the
// language of its user.
var chosen = regexp.MustCompile(` - (Selected Choice|Ausgewählte Option|Ausgewählte Auswahl|Choix sélectionné|Opción seleccionada|Scelta selezionata|Opção selecionada|Geselecteerde keuze)\b`)

// An option is a code with its word.
type option struct {
	code, label string
	n           int64
}

// word is what a reader of the report sees.
func (o option) word() string {
	if o.label != "" {
		return o.label
	}
	return o.code
}

// mostCodes is how many answers a closed question may have.
const mostCodes = 60

// newColumn sorts the values of a variable into answers and no answers.
func newColumn(v *data.Variable, p data.Profile) *column {
	cleaned := *v
	cleaned.Label = sentence(clean(chosen.ReplaceAllString(v.Label, "")))
	v = &cleaned
	c := &column{Variable: v, Profile: p}
	if v.Type == data.Time || p.Recorded == 0 {
		return c
	}
	seen := map[string]bool{}
	add := func(code, label string, n int64) {
		label = sentence(clean(label))
		if strings.TrimSpace(code) == "" || !printable(code) || v.Missing.Declares(code) {
			return
		}
		o := option{code, label, n}
		switch {
		case refused.MatchString(o.word()):
			c.none = append(c.none, o)
		case dontKnow.MatchString(o.word()):
			c.dk = append(c.dk, o)
		default:
			c.answer = append(c.answer, o)
		}
	}
	for _, l := range v.Labels {
		if code := strings.TrimRight(l.Code, " "); !seen[code] {
			seen[code] = true
			add(code, l.Label, count(p, l.Code))
		}
	}
	values := slices.Clone(p.Values)
	if v.Type == data.Number {
		slices.SortFunc(values, func(a, b data.Count) int { return cmp.Compare(float(a.Code), float(b.Code)) })
	}
	unlabelled := 0
	for _, x := range values {
		if code := strings.TrimRight(x.Code, " "); !seen[code] {
			seen[code] = true
			if !v.Missing.Declares(code) {
				unlabelled++
			}
			add(code, "", x.N)
		}
	}
	if v.Type == data.Number {
		c.setApart()
		unlabelled -= len(c.odd)
		c.inOrder()
	} else {
		c.notGiven()
		c.answer = byNumbers(c.answer)
		if c.several = cellsOf(c); c.several != nil {
			return c
		}
		unlabelled -= c.beside()
	}
	c.closed = p.Values != nil && c.few(unlabelled)
	return c
}

// few reports whether the answers are a list to choose from rather than
// numbers or free text.
func (c *column) few(unlabelled int) bool {
	n := len(c.answer)
	if n == 0 || n > mostCodes {
		return false
	}
	labelled := len(c.answer) - unlabelled
	if c.Type == data.Number {
		return labelled >= 2 && unlabelled <= labelled || unlabelled <= 2 || c.listed()
	}
	if labelled >= 2 {
		return true
	}
	// Free text: long answers, or answers that hardly anybody shares.
	return c.Longest <= 300 && (n <= 12 && int64(2*n) <= c.Recorded || int64(10*n) <= c.Recorded)
}

// listed reports whether numbers without words look like codes of answers:
// small whole ones, and not the many from 0 upwards that a count or a
// thermometer has.
func (c *column) listed() bool {
	zero := false
	for _, o := range c.answer {
		v, err := strconv.Atoi(o.code)
		if err != nil || v < 0 || v > 20 && v != other {
			return false
		}
		zero = zero || v == 0
	}
	return len(c.answer) <= 9 || !zero
}

// other is the code that questionnaires keep for "other", which is an answer.
const other = 96

// apart are codes that questionnaires keep for answers that are none.
var apart = regexp.MustCompile(`^(-[1-9]|-?(8[89]|9[7-9])|-?99[5-9])$`)

// setApart moves codes without words that stand apart from all others, as 97
// and 98 do from 1 to 5, to the answers that are none: in a mean they would
// stand for ninety-seven.
func (c *column) setApart() {
	var rest, special []option
	for _, o := range c.answer {
		if o.label == "" && apart.MatchString(o.code) {
			special = append(special, o)
		} else {
			rest = append(rest, o)
		}
	}
	alone := !slices.ContainsFunc(special, func(o option) bool { return !notGiven.MatchString(o.code) })
	if len(special) == 0 || len(rest) < 2 && !(alone && len(rest) == 1) {
		return
	}
	for _, o := range rest {
		if v, err := strconv.Atoi(o.code); err != nil || v < 0 || v > 20 && v != other || o.label != "" {
			return
		}
	}
	c.answer, c.none = rest, append(c.none, special...)
	for _, o := range special {
		c.odd = append(c.odd, o.code)
	}
}

// numeric reports whether the variable holds numbers to be averaged.
func (c *column) numeric() bool {
	return c.Type == data.Number && c.Recorded > c.Profile.Missing && !c.closed && c.Distinct > 1
}

// notGiven are texts that survey tools write where nothing was answered.
var notGiven = regexp.MustCompile(`^-9{1,3}$`)

// notGiven moves a -99 among texts to the answers that are none.
func (c *column) notGiven() {
	var rest []option
	for _, o := range c.answer {
		if o.label == "" && notGiven.MatchString(o.code) {
			c.none = append(c.none, o)
			c.odd = append(c.odd, o.code)
		} else {
			rest = append(rest, o)
		}
	}
	if len(rest) == 0 {
		c.none, c.odd = nil, nil
		return
	}
	c.answer = rest
}

// inOrder sorts answers by number where only some have words: 1 "not at all",
// 2, 3, 4, 5 "very much".
func (c *column) inOrder() {
	if !slices.ContainsFunc(c.answer, func(o option) bool { return o.label == "" }) {
		return
	}
	slices.SortStableFunc(c.answer, func(a, b option) int { return cmp.Compare(float(a.code), float(b.code)) })
}

// constant reports whether everybody has the same value.
func (c *column) constant() bool { return c.Distinct <= 1 }

// everybodyDiffers reports whether nearly no two respondents have the same
// value; false where the profile stopped counting before it could tell.
func (c *column) everybodyDiffers() bool {
	return c.Recorded > 20 && (int64(c.Distinct)*10 > c.Recorded*9 || c.Distinct >= data.MaxDistinct && c.Type == data.Text)
}

// complete reports whether every respondent has a value.
func (c *column) complete() bool { return c.Null == 0 && c.Profile.Missing == 0 && c.Recorded > 0 }

// text is what the variable says of itself: its wording, else its name.
func (c *column) text() string { return cmp.Or(c.wording(), c.Name) }

// wording is the label of a variable, else its name where that is the question
// itself; "" for a name that is a name.
func (c *column) wording() string {
	if c.Label == "" && strings.Contains(c.Name, " ") {
		return clean(c.Name)
	}
	return c.Label
}

// speakable reports whether the name can be written in a study file, where
// blanks at the ends of a name do not count.
func (c *column) speakable() bool {
	return c.Name != "" && c.Name == strings.TrimSpace(c.Name) && printable(c.Name)
}

// mark is HTML that survey tools leave in their labels.
var mark = regexp.MustCompile(`(?i)</?(a|b|i|u|p|br|em|strong|span|div|font|ul|ol|li|sup|sub|small|h[1-6]|img|hr|table|tr|td)(\s[^<>]*|/)?>`)

// clean is a label without HTML, without blanks at its ends and without broken
// letters.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\u00a0", " ")
	if strings.ContainsAny(s, "<&") {
		s = strings.Join(strings.Fields(html.UnescapeString(mark.ReplaceAllString(s, " "))), " ")
	}
	return strings.TrimSpace(s)
}

// printable reports whether a text survives being written and read.
func printable(s string) bool { return utf8.ValidString(s) }

// count is how many rows hold a code.
func count(p data.Profile, code string) int64 {
	for _, v := range p.Values {
		if v.Code == code {
			return v.N
		}
	}
	return 0
}

// float reads a canonical code of a number.
func float(code string) float64 {
	v, err := strconv.ParseFloat(code, 64)
	if err != nil {
		return 0
	}
	return v
}

// numbersIn finds the numbers in an answer, thousands separated or not.
var numbersIn = regexp.MustCompile(`\d+([,.]\d{3})*(\.\d+)?`)

// below tells an answer that ends where its number begins.
var below = regexp.MustCompile(`(?i)^\W*(less|under|below|up to|fewer|unter|bis|weniger|moins|menos|<)`)

// byNumbers orders texts by the numbers in them, if three of four have some: "0 to 2",
// "3 to 5"; those that have none, "never", come behind. Other answers stay as they are.
func byNumbers(list []option) []option {
	keys := make(map[string][]float64, len(list))
	for _, o := range list {
		if o.label != "" {
			return list
		}
		found := numbersIn.FindAllString(o.code, -1)
		for i, f := range found {
			v := float(strings.ReplaceAll(f, ",", ""))
			if i == 0 && below.MatchString(o.code) {
				v -= 0.5
			}
			keys[o.code] = append(keys[o.code], v)
		}
	}
	if 4*len(keys) < 3*len(list) {
		return list
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b option) int {
		if without := len(keys[a.code]) == 0; without != (len(keys[b.code]) == 0) {
			if without {
				return 1
			}
			return -1
		}
		return slices.Compare(keys[a.code], keys[b.code])
	})
	return out
}
