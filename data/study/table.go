package study

import (
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// This file is the table of the study file: every key, its shape, and what an
// editor says about it. Parse reads by it and Schema prints it.

// smallest is the least that protection may be set to: a group or an answer of
// two tells each of the two what the other said.
const smallest = 3

func studyShape() shape[Study] {
	return object("a study (study, sources, segments, questions ...)",
		must(at("study", "Title of the report.", text(), func(s *Study) *string { return &s.Title })),
		at("population", "Who the results speak for: online adults, 6 countries.", text(), func(s *Study) *string { return &s.Population }),
		at("client", "Who commissioned the study.", text(), func(s *Study) *string { return &s.Client }),
		at("fielded", "Dates of fieldwork.", text(), func(s *Study) *string { return &s.Fielded }),
		at("mode", "How people were interviewed: online, telephone, face to face.", text(), func(s *Study) *string { return &s.Mode }),
		at("sample", "How people were chosen: online quota sample, random digit dialling.", text(), func(s *Study) *string { return &s.Sample }),
		at("contact", "Whom to ask about the report.", text(), func(s *Study) *string { return &s.Contact }),
		at("notes", "Remarks that the method page prints.", listOf(text()), func(s *Study) *[]string { return &s.Notes }),
		at("policy", "Text of the privacy policy that people were asked about, in full; the report says how hard it is to read.", text(), func(s *Study) *string { return &s.Policy }),
		at("simulated", "The respondents are invented; every output says so.", truth(), func(s *Study) *bool { return &s.Simulated }),
		at("probability", "People were drawn with known probabilities; without it no margin of sampling error is claimed.", truth(), func(s *Study) *bool { return &s.Probability }),
		must(at("sources", "Export files or globs, relative to this file; several are pooled.", entries(sourceShape(), func(s Source) string { return s.File }), func(s *Study) *[]Source { return &s.Sources })),
		at("respondent", "Column that identifies a person. Without it every row is a person.", text(), func(s *Study) *string { return &s.Respondent }),
		at("wave", "Column that tells the waves of a tracker apart.", waveShape(), func(s *Study) *Wave { return &s.Wave }),
		at("filter", "Who is in the report; the others stay in the design and nowhere else.", filterShape(), func(s *Study) *Base { return &s.Filter }),
		at("keep", "Identifying columns to read although they look like identifiers.", listOf(text()), func(s *Study) *[]string { return &s.Keep }),
		at("design", "The sampling design.", designShape(), func(s *Study) *Design { return &s.Design }),
		at("weighting", "What the weights are made to agree with.", weightingShape(), func(s *Study) *Weighting { return &s.Weighting }),
		at("segments", "How the respondents are split; they form the banner in this order.", named(segmentShape(), func(s *Segment, name string) { s.Name = name }), func(s *Study) *[]Segment { return &s.Segments }),
		at("questions", "The questions, in the order of the report.", named(questionShape(), func(q *Question, name string) { q.Name = name }), func(s *Study) *[]Question { return &s.Questions }),
		at("tests", "How columns are compared.", testsShape(), func(s *Study) *Tests { return &s.Tests }),
		at("protect", "What is too small to show.", protectShape(), func(s *Study) *Protect { return &s.Protect }),
	)
}

func sourceShape() shape[Source] {
	return either(
		as(text(), func(file string) Source { return Source{File: file} }),
		object("a source (file, rename, recode, wave)",
			must(at("file", "Export file or glob, relative to this file.", text(), func(s *Source) *string { return &s.File })),
			at("rename", "What columns of the file are called in the survey: {q7_new: q7}.", mapping(text(), text()), func(s *Source) *map[string]string { return &s.Rename }),
			at("recode", "By column, as the survey calls it, which code of the file is which in the survey: {q7: {1: 5, 2: 4}}. Other codes stay.", mapping(text(), mapping(code(), code())), func(s *Source) *map[string]map[string]string { return &s.Recode }),
			at("wave", "The wave of everybody in the file; every file then names one, and the order of the files is that of the waves.", code(), func(s *Source) *string { return &s.Wave }),
		))
}

func waveShape() shape[Wave] {
	return either(
		as(text(), func(column string) Wave { return Wave{Column: column, Report: "all"} }),
		as(object("a wave (column, labels, events, breaks, report)",
			at("column", "Column that holds the wave; required unless the files name theirs under sources.", text(), func(w *Wave) *string { return &w.Column }),
			at("labels", "The waves in order, with their words.", codes(), func(w *Wave) *[]Code { return &w.Labels }),
			at("events", "What happened at a wave, such as a law that came into force: {2024: ...}. The trend marks it.", saidOf(), func(w *Wave) *[]Code { return &w.Events }),
			at("breaks", "Waves from which on the series is not like before, and why: {2024: online instead of telephone}.", saidOf(), func(w *Wave) *[]Code { return &w.Breaks }),
			at("report", "latest: tables are of the last wave. all: the waves are pooled.", choice("latest", "all"), func(w *Wave) *string { return &w.Report }),
		), func(w Wave) Wave {
			if w.Report == "" {
				w.Report = "all"
			}
			return w
		}))
}

func designShape() shape[Design] {
	return object("a design (weight, strata, cluster ...)",
		at("weight", "Column of the sampling weight.", text(), func(d *Design) *string { return &d.Weight }),
		at("strata", "Column of the stratum.", text(), func(d *Design) *string { return &d.Strata }),
		at("cluster", "Column of the primary sampling unit.", text(), func(d *Design) *string { return &d.Cluster }),
		at("fpc", "Column with the number of sampling units in the population of the stratum.", text(), func(d *Design) *string { return &d.FPC }),
		at("lonely", "What to do with a stratum that has a single sampling unit; fail is the default.", choice("fail", "remove", "adjust", "average", "certainty"), func(d *Design) *string { return &d.Lonely }),
		at("replicates", "Replicate weights that came with the data.", replicatesShape(), func(d *Design) *Replicates { return &d.Replicates }),
	)
}

func segmentShape() shape[Segment] {
	long := object("a segment (from, loop or nest ...)",
		at("from", "Column that the groups are made of.", text(), func(s *Segment) *string { return &s.Column }),
		at("label", "Title of the group of columns in the banner.", text(), func(s *Segment) *string { return &s.Label }),
		at("bands", "Ranges of a number: 18-24, 65+, -17. Both ends are inside.", bands(), func(s *Segment) *[]Band { return &s.Bands }),
		at("codes", "Groups in order, with their words. Codes that are not listed are left out.", codes(), func(s *Segment) *[]Code { return &s.Codes }),
		at("nets", "Groups that are made of several codes each.", nets(), func(s *Segment) *[]Net { return &s.Nets }),
		at("loop", "The loop whose items are the groups; the segment bears the same name.", text(), func(s *Segment) *string { return &s.Loop }),
		at("items", "Items of the loop in order, by what stands for them in the columns' names.", codes(), func(s *Segment) *[]Code { return &s.Items }),
		at("nest", "Segments that are crossed: age*country, or [age, country].", crossed(), func(s *Segment) *[]string { return &s.Nest }),
		at("banner", "Whether the segment stands in every table's banner; true is the default.", truth(), func(s *Segment) *bool { return &s.Banner }),
	)
	long.schema.OneOf = []*jsonschema.Schema{{Required: []string{"from"}}, {Required: []string{"loop"}}, {Required: []string{"nest"}}}
	return either(as(text(), shortSegment), finished(long, (*reader).segment))
}

// shortSegment is a column, or segments crossed with *.
func shortSegment(s string) Segment {
	if strings.Contains(s, "*") {
		return Segment{Nest: factors(s), Banner: true}
	}
	return Segment{Column: s, Banner: true}
}

// factors are the names in age*country.
func factors(s string) []string {
	names := strings.Split(s, "*")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// crossed is a list of names, or names with * between them.
func crossed() shape[[]string] {
	list := listOf(text())
	return shape[[]string]{is: "segments such as age*country", schema: list.schema,
		read: func(r *reader, path string, n *yaml.Node) ([]string, bool) {
			names, ok := list.read(r, path, n)
			if ok && len(names) == 1 {
				return factors(names[0]), true
			}
			return names, ok
		}}
}

// finished adds what follows from several keys together.
func finished[A, B any](sh shape[A], finish func(r *reader, path string, v A) B) shape[B] {
	return shape[B]{is: sh.is, kind: sh.kind, schema: sh.schema,
		read: func(r *reader, path string, n *yaml.Node) (B, bool) {
			v, ok := sh.read(r, path, n)
			if !ok {
				var none B
				return none, false
			}
			return finish(r, path, v), true
		}}
}

// A longQuestion is a question as the file writes it.
type longQuestion struct {
	Question
	columns columns
	scale   []Code
	answers []Code
}

// columns are a pattern or a list.
type columns struct {
	pattern string
	list    []string
}

func columnsShape() shape[columns] {
	one := uint64(1)
	return either(
		as(text(), func(s string) columns { return columns{pattern: s} }),
		shape[columns]{is: "a list of columns", kind: yaml.SequenceNode,
			schema: &jsonschema.Schema{Type: "array", Items: textSchema(), MinItems: &one},
			read: func(r *reader, path string, n *yaml.Node) (columns, bool) {
				list, ok := listed(r, path, n, text(), itself)
				return columns{list: list}, ok
			}})
}

// separatorShape is a text that may be a blank.
func separatorShape() shape[string] {
	one := uint64(1)
	return shape[string]{is: "a separator", kind: yaml.ScalarNode, schema: &jsonschema.Schema{Type: "string", MinLength: &one},
		read: func(r *reader, path string, n *yaml.Node) (string, bool) {
			v := whole(n)
			if v.Kind != yaml.ScalarNode || v.Tag != "!!str" || v.Value == "" {
				r.fault(n, "a separator is a text in quotes, such as \";\"")
				return "", false
			}
			return v.Value, true
		}}
}

// measures are the parts of the subject that a question can speak to.
func measures() shape[string] {
	return choice("expectation", "concern", "trust", "sharing", "benefit", "communication", "control", "behaviour", "expertise", "sensitivity", "duration")
}

func questionShape() shape[Question] {
	long := object("a question (column or columns, type, scale ...)",
		at("column", "Column of the question, or a pattern: \"q5_{item}\".", text(), func(q *longQuestion) *string { return &q.Column }),
		at("columns", "A list of columns, or a pattern with {item} and the name of a loop: \"q9_{industry}_{item}\".", columnsShape(), func(q *longQuestion) *columns { return &q.columns }),
		at("text", "Wording of the question; the column's label is the default.", text(), func(q *longQuestion) *string { return &q.Text }),
		at("label", "Short name of what was asked, for pictures and lists: Trust. The default is the question's name in words.", text(), func(q *longQuestion) *string { return &q.Label }),
		at("type", "single: one answer of several. multi: tick all that apply. scale: one answer, ordered. number. grid: several items on the same answers. Told from the other keys where it is not set.", choice(Single, Multi, Scale, Number, Grid), func(q *longQuestion) *Type { return &q.Type }),
		at("measures", "What the question says about the subject; it decides the chapter.", measures(), func(q *longQuestion) *string { return &q.Measures }),
		at("items", "Items of a grid or a multi, by column or by what stands for {item}, with their words.", codes(), func(q *longQuestion) *[]Code { return &q.Items }),
		at("loop", "The loop that the question is asked in.", text(), func(q *longQuestion) *string { return &q.Loop }),
		at("scale", "Answers from lowest to highest.", codes(), func(q *longQuestion) *[]Code { return &q.scale }),
		at("answers", "Answers in order, where the order is not one of degree.", codes(), func(q *longQuestion) *[]Code { return &q.answers }),
		at("yes", "Codes that mean ticked.", listOf(code()), func(q *longQuestion) *[]string { return &q.Yes }),
		at("separator", "What stands between the codes of a multi in one column.", separatorShape(), func(q *longQuestion) *string { return &q.Separator }),
		at("other", "The answer, one of answers, as which texts count that are not listed.", code(), func(q *longQuestion) *string { return &q.Other }),
		at("missing", "Codes that are no answer: outside the base, counted in a note.", codes(), func(q *longQuestion) *[]Code { return &q.Missing }),
		at("dont_know", "Answers that are shown last, inside the base and outside means.", codes(), func(q *longQuestion) *[]Code { return &q.DontKnow }),
		at("scores", "Score of each code, for means.", mapping(code(), score()), func(q *longQuestion) *map[string]float64 { return &q.Scores }),
		at("unit", "What a number counts: minutes.", text(), func(q *longQuestion) *string { return &q.Unit }),
		at("top", "How many of the highest answers make the top net.", count(1, ""), func(q *longQuestion) *int { return &q.Top }),
		at("bottom", "How many of the lowest answers make the bottom net.", count(1, ""), func(q *longQuestion) *int { return &q.Bottom }),
		at("nets", "Answers counted as one.", nets(), func(q *longQuestion) *[]Net { return &q.Nets }),
		at("base", "Who was asked.", baseShape(), func(q *longQuestion) *Base { return &q.Base }),
		at("randomized", "A draw decided each person's answer, as in an experiment; the last answer is the group that others are compared with.", truth(), func(q *longQuestion) *bool { return &q.Randomized }),
		at("resigned", "The top answers are those of people who have given up on control: they click through unread, or see nothing that they could decide.", truth(), func(q *longQuestion) *bool { return &q.Resigned }),
	)
	long.schema.OneOf = []*jsonschema.Schema{{Required: []string{"column"}}, {Required: []string{"columns"}}}
	return finished(long, (*reader).question)
}

func baseShape() shape[Base] {
	return either(
		as(text(), func(s string) Base { return Base{Text: s} }),
		object("a base (text, where)",
			at("text", "All who own a phone.", text(), func(b *Base) *string { return &b.Text }),
			at("where", "Columns with the codes of those who were asked.", conditions(), func(b *Base) *[]Condition { return &b.Where }),
		))
}

func filterShape() shape[Base] {
	return object("a filter (text, where)",
		at("text", "Completed interviews.", text(), func(b *Base) *string { return &b.Text }),
		must(at("where", "Columns with the codes of those who are in the report.", conditions(), func(b *Base) *[]Condition { return &b.Where })),
	)
}

func testsShape() shape[Tests] {
	return object("tests (strict, loose, base, low)",
		at("strict", "Level of upper-case letters; 0.05 is the default.", level(), func(t *Tests) *float64 { return &t.Strict }),
		at("loose", "Level of lower-case letters; 0.10 is the default.", level(), func(t *Tests) *float64 { return &t.Loose }),
		at("base", "Smallest base that is tested; 30 is the default.", count(2, ""), func(t *Tests) *int { return &t.Base }),
		at("low", "Bases below are marked as low; 100 is the default.", count(1, ""), func(t *Tests) *int { return &t.Low }),
	)
}

func protectShape() shape[Protect] {
	why := ": in a smaller one people can tell what the others said"
	return object("protect (group, answer)",
		at("group", "Smallest group of respondents that is shown; 10 is the default.", count(smallest, why), func(p *Protect) *int { return &p.Group }),
		at("answer", "Smallest answer shown within a group; 5 is the default.", count(smallest, why), func(p *Protect) *int { return &p.Answer }),
	)
}
