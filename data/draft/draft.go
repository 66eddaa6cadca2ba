// Package draft writes a first study file for an export that nobody has
// described yet.
//
// In: the codebook of the export, and for every variable a profile of what it
// holds. Steps:
//
//  1. every variable gets its kind from its values: ticks, codes, a number,
//     text (column.go);
//  2. roles are told by names and labels: respondent, weight, wave, strata,
//     sampling units (roles.go), replicate weights (replicates.go); waves also by the
//     names of several files (waves.go);
//  3. demographics become segments (segments.go): ages also of years of birth
//     (birth.go), what is written in several ways as one group (merge.go);
//  4. loops over industries, the export's own multiple-response sets, and runs
//     of columns that belong together become questions (loops.go, families.go);
//  5. every other closed or numeric variable is a question by itself, and what
//     is left out is listed with the reason (singles.go);
//  6. wording ties questions to the chapters of the report (subject.go);
//  7. all of it is written as YAML with a comment for every guess (write.go).
//
// Out: a study file that study.Parse takes as it is.
//
// It guesses from English, German, French, Spanish, Italian, Portuguese and
// Dutch words. It never prints
// what people wrote: values of free text and of columns in which nearly
// everybody differs stay out of the file.
package draft

import (
	"cmp"
	"fmt"
	"slices"

	"tradeoff/data"
)

// maxQuestions is how many questions a draft holds. An export with more is
// described up to here, and the draft says what it left out.
const maxQuestions = 200

// maxBanner is how many groups stand side by side in the banner; segments
// beyond are made, but do not widen every table.
const maxBanner = 40

// A drafter fills a draft from the columns of an export. Each column is taken
// once.
type drafter struct {
	book    *data.Codebook
	columns []*column
	names   *namer // of questions
	groups  *namer // of segments

	out draft
}

// Draft writes the study file. Profiles are those of the codebook's variables,
// in their order; sources go into the file as they are.
func Draft(book *data.Codebook, profiles []data.Profile, sources []string, title string) []byte {
	if len(profiles) != len(book.Variables) {
		panic(fmt.Sprintf("draft: %d profiles for %d variables", len(profiles), len(book.Variables)))
	}
	d := &drafter{book: book, names: newNamer(), groups: newNamer()}
	d.out.title = title
	for _, s := range unique(sources) {
		d.out.sources = append(d.out.sources, source{file: s})
	}
	for i := range book.Variables {
		switch c := newColumn(&book.Variables[i], profiles[i]); {
		case !c.speakable():
			d.out.leave(c.Name, "its name is empty, has blanks at its ends, or is no text")
		case c.Mixed != "":
			d.out.leave(c.Name, "it holds numbers in some files and texts in others: say which is which under sources (recode)")
		default:
			d.columns = append(d.columns, c)
		}
	}
	d.roles()
	d.waves()
	d.setAside()
	d.segments()
	d.declared()
	d.loops()
	d.sets()
	d.families()
	d.singles()
	d.prune()
	return d.out.yaml()
}

// prune puts the questions in the order of the export and keeps as many as a
// draft holds: those that speak to the subject first.
func (d *drafter) prune() {
	order := func(a, b question) int { return cmp.Compare(a.at, b.at) }
	all := d.out.questions
	slices.SortStableFunc(all, order)
	if len(all) <= maxQuestions {
		return
	}
	slices.SortStableFunc(all, func(a, b question) int {
		return cmp.Or(cmp.Compare(boolInt(a.measures == ""), boolInt(b.measures == "")), cmp.Compare(boolInt(a.maybe == ""), boolInt(b.maybe == "")))
	})
	for _, q := range all[maxQuestions:] {
		for _, c := range q.columns {
			d.out.overflow = append(d.out.overflow, c.Name)
		}
	}
	d.out.questions = all[:maxQuestions]
	slices.SortStableFunc(d.out.questions, order)
}

// boolInt is 1 for true.
func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// free are the columns that nothing has taken yet, in the export's order.
func (d *drafter) free() []*column {
	var out []*column
	for _, c := range d.columns {
		if !c.taken {
			out = append(out, c)
		}
	}
	return out
}

// ask adds a question. Its name is made of the words given.
func (d *drafter) ask(words string, q question, columns ...*column) {
	for _, c := range columns {
		c.taken = true
	}
	q.name = d.names.name(words, "q")
	q.at = columns[0].index(d)
	d.out.questions = append(d.out.questions, q)
}

// index is the place of a column in the export.
func (c *column) index(d *drafter) int {
	for i := range d.columns {
		if d.columns[i] == c {
			return i
		}
	}
	return len(d.columns)
}
