package sheet

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// A header is what the rows above the first respondent say.
type header struct {
	skipped int      // title rows above it
	depth   int      // rows that it takes up
	names   []string // as found, cleaned; empty where a column has none
	labels  []string // nil where the layout has no question texts
	note    string   // how it was understood, where that needs saying
}

// lookahead is how many rows are read before the header is decided: enough
// for the deepest layout, and in a workbook for titles above it.
func (g *Grid) lookahead() int {
	if g.Workbook {
		return 40
	}
	return 3
}

// findHeader decides which of the first rows are the header.
func (g *Grid) findHeader(rows []*Row) header {
	texts := make([][]string, len(rows))
	for i, r := range rows {
		texts[i] = r.texts()
	}
	if g.Described != nil {
		return header{depth: 1, names: texts[0]}
	}
	top := 0
	if g.Workbook {
		top = headerTop(texts)
	}
	h := readHeader(texts[top:])
	h.skipped = top
	if top > 0 {
		g.note("The header is in %s; what stands above it is not read.", g.place(rows[top].Number))
	}
	if h.note != "" {
		g.note("%s", h.note)
	}
	return h
}

// texts are the cells of a row of the header, cleaned.
func (r *Row) texts() []string {
	out := make([]string, len(r.Cells))
	for i := range r.Cells {
		out[i] = clean(r.Text(i))
	}
	return out
}

// clean makes one line of a name or a label: line breaks and the blanks round
// them become one blank, and byte-order marks go.
func clean(b []byte) string {
	s := strings.ReplaceAll(string(b), "\ufeff", "")
	if strings.ContainsAny(s, "\r\n\t\v\f\u0085\u2028\u2029") {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool {
			return strings.ContainsRune("\r\n\t\v\f\u0085\u2028\u2029", r)
		}), " ")
	}
	return strings.TrimSpace(s)
}

// filled counts the cells that hold something.
func filled(row []string) int {
	n := 0
	for _, s := range row {
		if s != "" {
			n++
		}
	}
	return n
}

// headerTop is the first row of a worksheet that is filled over more than
// half of the width of the rows below, which a title is not. The first row of
// a two-row header may be mostly empty, so the row above gets a second look.
func headerTop(rows [][]string) int {
	width := 0
	for _, r := range rows {
		width = max(width, filled(r))
	}
	for i, r := range rows {
		if 2*filled(r) <= width {
			continue
		}
		if i > 0 && optionsBelow(rows[i-1], r) {
			return i - 1
		}
		return i
	}
	return 0
}

// readHeader reads the layout of the header that starts at the first row.
func readHeader(rows [][]string) header {
	names := rows[0]
	at := func(i int) []string {
		if i < len(rows) {
			return rows[i]
		}
		return nil
	}
	switch {
	case importIDs(at(2)) && swapped(names, at(1)):
		return header{depth: 3, names: at(1), labels: names,
			note: "The header has three rows: question texts, names, and import ids."}.toldApart(at(2))
	case importIDs(at(2)):
		return header{depth: 3, names: names, labels: at(1),
			note: "The header has three rows: names, question texts, and import ids."}.toldApart(at(2))
	case importIDs(at(1)) && textsBelow(names, at(2)):
		return header{depth: 3, names: names, labels: at(2),
			note: "The header has three rows: names, import ids, and question texts."}.toldApart(at(1))
	case importIDs(at(1)):
		return header{depth: 2, names: names,
			note: "The header has two rows: names, and import ids."}.toldApart(at(1))
	case swapped(names, at(1)):
		return header{depth: 2, names: at(1), labels: names,
			note: "The header has two rows: question texts and names."}
	case optionsBelow(names, at(1)):
		full := joinOptions(names, at(1))
		return header{depth: 2, names: full, labels: full,
			note: "The header has two rows: questions and their options. A column is named by both."}
	case textsBelow(names, at(1)):
		return header{depth: 2, names: names, labels: at(1),
			note: "The header has two rows: names and question texts."}
	}
	h := header{depth: 1, names: names}
	if h.labels = textsBehindCodes(names); h.labels != nil {
		h.note = "The header holds codes and question texts, as LimeSurvey can write them. A column is named by both and labelled by its text."
	}
	return h
}

// importIDs reports whether a row holds the ids that Qualtrics writes below
// the texts, as JSON or, after a detour through Python, nearly so.
func importIDs(row []string) bool {
	n := 0
	for _, s := range row {
		if strings.HasPrefix(s, "{") && strings.Contains(s, "ImportId") {
			n++
		}
	}
	return n > 0 && 2*n >= filled(row)
}

// importID finds the id itself: {"ImportId":"QID4-1-1"}.
var importID = regexp.MustCompile(`["']ImportId["']\s*:\s*["']([^"']+)["']`)

// toldApart gives columns of the same name the last part of their import id,
// which is the answer that a column of a side-by-side question holds: Q44_a,
// twice, becomes Q44_a_1 and Q44_a_2. Names that this does not tell apart stay
// the same, and are a fault.
func (h header) toldApart(ids []string) header {
	n := map[string]int{}
	for _, name := range h.names {
		n[name]++
	}
	names := slices.Clone(h.names)
	renamed := ""
	for i, name := range h.names {
		if name == "" || n[name] < 2 || i >= len(ids) {
			continue
		}
		if id := importID.FindStringSubmatch(ids[i]); id != nil {
			names[i] = name + "_" + id[1][strings.LastIndexAny(id[1], "-_")+1:]
			if n[names[i]]++; n[names[i]] > 1 {
				return h
			}
			renamed = cmp.Or(renamed, names[i])
		}
	}
	if renamed != "" {
		h.names = names
		h.note += " Columns of the same name are told apart by the last part of their import id, the first is " + renamed + "."
	}
	return h
}

// codeAndText is a header of LimeSurvey that holds both: q1[SQ001]. Text, with
// the sign between them that was chosen for the export.
var codeAndText = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(?:\[[^\]]*\])*(\._\.|\. |: )(.*)$`)

// textsBehindCodes are the question texts of headers that begin with a code,
// nil if not most of them do, with the same sign between the two. A column
// that does not keeps its name only.
func textsBehindCodes(names []string) []string {
	texts, signs := make([]string, len(names)), map[string]int{}
	for i, name := range names {
		if m := codeAndText.FindStringSubmatch(name); m != nil {
			signs[m[1]]++
			texts[i] = bare(m[2])
		}
	}
	for _, n := range signs {
		if n >= 3 && 2*n > filled(names) {
			return texts
		}
	}
	return nil
}

// bare is a text of LimeSurvey without the brackets of a question that has
// no text of its own, or no item: "[Item]" and "Question []".
func bare(text string) string {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "[]"))
	if inside, ok := strings.CutPrefix(text, "["); ok && strings.Count(text, "[") == 1 {
		return strings.TrimSuffix(inside, "]")
	}
	return text
}

// response reports whether a cell is what SurveyMonkey writes below a
// question that takes one answer.
func response(s string) bool { return s == "Response" || s == "Open-Ended Response" }

// optionsBelow recognises SurveyMonkey's two rows: questions, empty for the
// follow-on columns of a question with several; below them the option, or
// Response. Every follow-on column has an option, and of the questions with
// one column at least half have Response or, for those about the interview
// (respondent, dates), nothing.
func optionsBelow(questions, options []string) bool {
	if len(questions) > len(options) {
		return false
	}
	responses, single, fitting := 0, 0, 0
	for i, o := range options {
		question := i < len(questions) && questions[i] != ""
		if !question && (o == "" || i == 0 || response(o)) {
			return false
		}
		if response(o) {
			responses++
		}
		alone := question && (i+1 >= len(options) || i+1 < len(questions) && questions[i+1] != "")
		if alone {
			single++
			if response(o) || o == "" {
				fitting++
			}
		}
	}
	return responses > 0 && 2*fitting >= single
}

// joinOptions names each column by its question, filled to the right, and its
// option.
func joinOptions(questions, options []string) []string {
	full := make([]string, len(options))
	question := ""
	for i, o := range options {
		if i < len(questions) && questions[i] != "" {
			question = questions[i]
		}
		full[i] = question
		if o != "" && !response(o) {
			full[i] = question + " - " + o
		}
	}
	return full
}

// measured are columns of a Qualtrics export that hold digits in every
// interview: text below their names is a second header row.
func measured() []string {
	return []string{"StartDate", "EndDate", "RecordedDate", "Progress", "Duration (in seconds)"}
}

// swapped recognises names below question texts: names that Qualtrics gives,
// of which none is a text too, stand in the second row and not in the first.
func swapped(texts, names []string) bool {
	if len(names) == 0 || len(texts) != len(names) || filled(texts) < filled(names) {
		return false
	}
	known := func(row []string) (n int) {
		for _, s := range row {
			if givenName.MatchString(s) {
				n++
			}
		}
		return n
	}
	return known(names) >= 2 && known(texts) == 0
}

// givenName is a name that Qualtrics gives to what it measures.
var givenName = regexp.MustCompile(`^(V\d+|StartDate|EndDate|RecordedDate|ResponseI[dD]|IPAddress|Recipient\w+|Location(Latitude|Longitude)|DistributionChannel|UserLanguage)$`)

// textsBelow recognises question texts below names: words where every
// interview has digits; Qualtrics' older V1, V2 with ResponseID below; or a
// row without a gap that asks questions in at least half of its cells.
func textsBelow(names, texts []string) bool {
	if len(texts) == 0 || len(texts) > len(names) {
		return false
	}
	words, questions := 0, 0
	for i := range texts {
		for _, m := range measured() {
			if names[i] != m {
				continue
			}
			if texts[i] == "" || strings.ContainsAny(texts[i], "0123456789") {
				return false
			}
			words++
		}
		if strings.ContainsAny(texts[i], "?\uff1f\u061f") {
			questions++
		}
	}
	switch {
	case words >= 2:
		return true
	case len(texts) > 1 && names[0] == "V1" && names[1] == "V2" && strings.EqualFold(texts[0], "ResponseID"):
		return true
	}
	return len(texts) >= 3 && filled(texts) == len(names) && 2*questions >= len(texts)
}

// bom is U+FEFF, which some exports leave in the middle of a file.
var bom = []byte("\ufeff")

// text is a cell as a text column keeps it: without blanks at the end and
// without byte-order marks.
func text(b []byte) []byte {
	if bytes.IndexByte(b, bom[0]) >= 0 && bytes.Contains(b, bom) {
		b = bytes.ReplaceAll(b, bom, nil)
	}
	return trimEnd(b)
}
