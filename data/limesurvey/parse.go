package limesurvey

import (
	"cmp"
	"encoding/xml"
	"errors"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
)

// maxRows is how many questions, sub-questions and answers there may be, with their
// translations. Real questionnaires have some thousands.
const maxRows = 1 << 20

// errMany is the fault of a questionnaire beyond that.
var errMany = errors.New("it has more questions and answers than a questionnaire can hold")

// A questionnaire is what the XML says.
type questionnaire struct {
	in        *data.Input
	id        string // of the survey
	language  string
	others    []string // other languages
	questions []*question
	notes     []string
}

// A question may be a sub-question.
type question struct {
	id, parent string
	kind, code string // kind is a letter, see fields
	text       string
	other      bool
	order      int
	scale      int // of a sub-question: which axis of a table it stands on
	subs       []*question
	answers    []*answer
}

// An answer is one of the list of a question.
type answer struct {
	code, text   string
	order, scale int
}

// A row is one of a table of LimeSurvey's database, by the names of its columns.
type row map[string]string

// parse reads the questionnaire.
func parse(in *data.Input) (*questionnaire, error) {
	tables := map[string][]row{}
	kind := ""
	err := beside.Read(in, beside.Kind{Element: "document", What: "LimeSurvey questionnaire", Ending: ".lss"}, func(x *beside.XML, _ xml.StartElement) error {
		n := 0
		return x.Elements(func(e xml.StartElement) (err error) {
			switch name := e.Name.Local; name {
			case "LimeSurveyDocType":
				kind, err = x.Prose(nil)
				return err
			case "surveys", "questions", "subquestions", "answers", "question_l10ns", "answer_l10ns":
				return table(x, &n, func(r row) { tables[name] = append(tables[name], r) })
			}
			return x.Skip()
		})
	})
	if err != nil {
		return nil, err
	}
	q := &questionnaire{in: in}
	if kind != "Survey" {
		return nil, q.fault("it holds no survey but a %s of one; export the survey structure (.lss)", strconv.Quote(beside.Short(kind)))
	}
	for _, r := range tables["surveys"] {
		q.id, q.language, q.others = r["sid"], r["language"], strings.Fields(r["additional_languages"])
	}
	if len(q.others) > 0 {
		q.note("texts are read in %s; those in %s are not.", q.language, beside.List(q.others))
	}
	q.build(tables)
	if len(q.questions) == 0 {
		return nil, q.fault("it has no question; export the survey structure again")
	}
	return q, nil
}

// table reads the rows of a table.
func table(x *beside.XML, n *int, do func(row)) error {
	return x.Elements(func(e xml.StartElement) error {
		if e.Name.Local != "rows" {
			return x.Skip()
		}
		return x.Elements(func(xml.StartElement) error {
			if *n++; *n > maxRows {
				return errMany
			}
			r := row{}
			err := x.Elements(func(e xml.StartElement) error {
				if !wanted(e.Name.Local) {
					return x.Skip()
				}
				s, err := x.Prose(nil)
				r[e.Name.Local] = s
				return err
			})
			do(r)
			return err
		})
	})
}

// wanted tells which columns of a table are read.
func wanted(name string) bool {
	return slices.Contains([]string{"sid", "language", "additional_languages", "qid", "parent_qid", "type", "title", "question", "other", "question_order", "scale_id", "aid", "code", "answer", "sortorder"}, name)
}

// build makes questions of the tables. Before version 4 a question or an answer has a
// row for each language, since then its texts have tables of their own.
func (q *questionnaire) build(tables map[string][]row) {
	byID := map[string]*question{}
	texts := map[string]map[string]string{"question": {}, "answer": {}} // of question_l10ns and answer_l10ns, by ID
	for what, id := range map[string]string{"question": "qid", "answer": "aid"} {
		for _, r := range tables[what+"_l10ns"] {
			if q.speaks(r, texts[what][r[id]] == "") {
				texts[what][r[id]] = plain(r[what])
			}
		}
	}
	for _, name := range []string{"questions", "subquestions"} {
		for _, r := range tables[name] {
			old := byID[r["qid"]]
			if old != nil && !q.speaks(r, old.text == "") {
				continue
			}
			text := plain(r["question"])
			if text == "" {
				text = texts["question"][r["qid"]]
			}
			if old != nil {
				old.text = text
				continue
			}
			own := &question{id: r["qid"], parent: r["parent_qid"], kind: r["type"], code: r["title"], text: text, other: r["other"] == "Y", order: whole(r["question_order"]), scale: whole(r["scale_id"])}
			byID[own.id] = own
			q.questions = append(q.questions, own)
		}
	}
	answers := map[[3]string]*answer{}
	for _, r := range tables["answers"] {
		of := byID[r["qid"]]
		if of == nil {
			continue
		}
		text := plain(r["answer"])
		if text == "" {
			text = texts["answer"][r["aid"]]
		}
		key := [3]string{r["qid"], r["scale_id"], r["code"]}
		if old := answers[key]; old != nil {
			if q.speaks(r, old.text == "") {
				old.text = text
			}
			continue
		}
		answers[key] = &answer{code: r["code"], text: text, order: whole(r["sortorder"]), scale: whole(r["scale_id"])}
		of.answers = append(of.answers, answers[key])
	}
	var top []*question
	for _, own := range q.questions {
		slices.SortStableFunc(own.answers, func(a, b *answer) int { return cmp.Compare(a.order, b.order) })
		if of := byID[own.parent]; of != nil && of != own {
			of.subs = append(of.subs, own)
		} else {
			top = append(top, own)
		}
	}
	for _, own := range top {
		slices.SortStableFunc(own.subs, func(a, b *question) int { return cmp.Compare(a.order, b.order) })
	}
	q.questions = top
}

// speaks reports whether a text is in the language that is read, or names none and is
// the first.
func (q *questionnaire) speaks(r row, first bool) bool {
	return r["language"] == q.language || first && r["language"] == ""
}

// whole is a number, 0 for none.
func whole(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// What stands in a text beside words: programs, and tags.
var (
	programs = regexp.MustCompile(`(?is)<(?:script|style)\b.*?</(?:script|style)>`)
	tags     = regexp.MustCompile(`<[/!a-zA-Z][^<>]*>`)
)

// plain is a text without HTML.
func plain(s string) string {
	s = tags.ReplaceAllString(programs.ReplaceAllString(s, " "), " ")
	return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
}
