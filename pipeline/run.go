// Package pipeline is one run, from a study file and its exports to a
// published report.
//
// In: a study (a file, an export to draft one from, or the built-in sample)
// and where to publish. The stages, in order:
//
//  1. load: the study file is read and its exports are opened
//  2. bind: every column that the study names is found, every answer named
//  3. frame: the first pass over the rows; who the respondents are
//  4. count: the second pass; every answer goes into its accumulators
//  5. estimate: accumulators become tables; models make more of them
//  6. protect: small cells, and what would give them away, are hidden
//  7. chapters: findings and figures from the protected tables
//  8. render: workbook, page, results
//  9. publish: all files at once, or none
//
// Out: a folder, and a summary for the caller to print. The package prints
// nothing and reads no clock of its own.
package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"tradeoff/data"
	"tradeoff/data/exports"
	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/reports/tidy"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// Options of a run.
type Options struct {
	Out      string           // folder that holds the reports; default "out"
	Formats  []string         // of html, xlsx, charts, results; nil = all
	Threads  int              // 0 = one per processor
	Memory   int64            // bytes that the run may take; 0 = no limit
	Version  string           // of the program
	Now      func() time.Time // the clock
	Log      *slog.Logger     // nil = no log
	Progress func(Progress)   // nil = none
}

// Progress says how far a run has come. Stages come one after the other; the
// first Progress of each has no rows.
type Progress struct {
	Stage string // "reading", "counting", ...
	Rows  int64  // rows done in the stage, 0 where it has none
	Of    int64  // rows in all, 0 if unknown
}

// Formats that a run can publish.
var Formats = []string{"html", "xlsx", "charts", "results"}

// A Summary is what a run did, for people.
type Summary struct {
	Folder    string // published folder
	Files     []reports.Published
	Headlines []string
	Warnings  []string
	Title     string
	Simulated bool
	Seconds   float64

	Respondents, Questions, Tables int
	Findings                       []string // what a reader of the data should know, from Check
}

// A Gate is a reason not to publish although nothing is broken: there would be
// nothing to read.
type Gate struct{ Reason string }

func (g *Gate) Error() string { return g.Reason }

// run is the state of one run: what each stage hands to the next.
type run struct {
	o        Options
	asked    int // threads, 0 = one per processor
	source   Source
	study    *study.Study
	survey   *data.Survey
	beside   []int // the source that each data file at the end of record.Sources belongs to
	plan     *plan
	frame    *frame
	tables   []*crosstab.Table
	hidden   disclosure.Summary
	report   *reports.Report
	files    map[string]reports.File
	record   reports.Run
	warnings []string
	doubts   []analysis.Doubt
	*counted
	stage   reports.Stage // the one at hand
	since   time.Time     // its beginning
	read    int64         // bytes read before it
	publish *publisher
}

// A stage is one step of a run.
type stage struct {
	name string
	do   func(context.Context) error
}

// Run makes and publishes a report.
func Run(ctx context.Context, source Source, o Options) (*Summary, error) {
	r := newRun(source, o)
	defer r.close()
	err := r.do(ctx, []stage{
		{"loading", r.load},
		{"locking", r.acquire},
		{"binding", r.bind},
		{"reading", r.readFrame},
		{"counting", r.count},
		{"estimating", r.estimate},
		{"protecting", r.protect},
		{"drawing", r.chapters},
		{"writing", r.render},
		{"publishing", r.publishAll},
	})
	if err != nil {
		return nil, err
	}
	return r.summary(), nil
}

// Check does all that a run does up to the tables, and writes nothing: its
// error is what a run would refuse, its summary what it would warn about.
func Check(ctx context.Context, source Source, o Options) (*Summary, error) {
	r := newRun(source, o)
	defer r.close()
	err := r.do(ctx, []stage{
		{"loading", r.load},
		{"binding", r.bind},
		{"reading", r.readFrame},
		{"counting", r.count},
		{"estimating", r.estimate},
		{"protecting", r.protect},
	})
	if err != nil {
		return nil, err
	}
	s := &Summary{Title: r.study.Title, Simulated: r.study.Simulated, Warnings: r.warnings, Respondents: r.frame.inside, Questions: len(r.counters), Tables: len(r.tables)}
	for _, f := range exclusions(r.plan, r.frame, r.counters) {
		s.Findings = append(s.Findings, f.Label+": "+f.Value)
	}
	for _, f := range (&evidence{plan: r.plan, tables: r.tables}).wants() {
		s.Findings = append(s.Findings, f.Label+": "+f.Value)
	}
	if r.hidden.Columns+r.hidden.Cells > 0 {
		s.Findings = append(s.Findings, fmt.Sprintf("Protection: %s and %s of %s would be hidden", plural(r.hidden.Columns, "table column"), plural(r.hidden.Cells, "further cell"), thousands(r.hidden.All)))
	}
	return s, nil
}

func newRun(source Source, o Options) *run {
	r := &run{o: o.withDefaults(), asked: o.Threads, source: source}
	r.record.Started = r.o.Now()
	return r
}

func (r *run) do(ctx context.Context, stages []stage) error {
	for _, s := range stages {
		r.begin(s.name)
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.do(ctx); err != nil {
			return err
		}
		r.end()
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Out == "" {
		o.Out = "out"
	}
	if len(o.Formats) == 0 {
		o.Formats = Formats
	}
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(Progress) {}
	}
	return o
}

func (r *run) begin(stage string) {
	r.stage, r.since, r.read = reports.Stage{Name: stage}, r.o.Now(), r.source.bytesRead()
	r.o.Progress(Progress{Stage: stage})
}

func (r *run) end() {
	s := r.stage
	s.Seconds, s.Bytes = r.o.Now().Sub(r.since).Seconds(), r.source.bytesRead()-r.read
	r.record.Stages = append(r.record.Stages, s)
	r.o.Log.Debug("stage done", "stage", s.Name, "rows", s.Rows, "bytes", s.Bytes, "seconds", s.Seconds)
}

// rows reports progress within a stage of that many rows, 0 if unknown.
func (r *run) rows(of int64) func(int64) {
	return func(n int64) {
		r.stage.Rows += n
		r.o.Progress(Progress{Stage: r.stage.Name, Rows: r.stage.Rows, Of: of})
	}
}

func (r *run) warn(text string) {
	if slices.Contains(r.warnings, text) {
		return
	}
	r.warnings = append(r.warnings, text)
	r.o.Log.Warn(text)
}

func (r *run) close() {
	r.source.close()
	if r.publish != nil {
		r.publish.release()
	}
}

// acquire takes the output folder before anything long is done.
func (r *run) acquire(context.Context) (err error) {
	r.publish, err = acquire(r.o.Out, r.study.Name)
	return err
}

// load reads the study and opens the exports.
func (r *run) load(context.Context) error {
	var faults data.Faults
	st, err := r.source.study(r.warn)
	if err != nil && (st == nil || !errors.As(err, &faults)) {
		return err
	}
	r.study = st
	inputs, mappings, err := r.source.inputs(st)
	if err != nil {
		return join(faults, err)
	}
	if len(inputs) == 0 {
		return faults // the study names no sources, and says so
	}
	for _, w := range sharedWaves(inputs, mappings) {
		r.warn(w)
	}
	for _, in := range inputs {
		in.Room = r.o.room() / int64(len(inputs))
		sum, err := checksum(in)
		if err != nil {
			return fmt.Errorf("%s: %w", in.Name(), err)
		}
		r.record.Sources = append(r.record.Sources, reports.Source{Name: in.Name(), SHA256: sum})
	}
	if r.survey, err = exports.Open(inputs, keep(st), mappings...); err != nil {
		return join(faults, err)
	}
	for i, in := range inputs { // the data file of a definition
		for _, b := range in.Siblings() {
			sum, err := checksum(b)
			if err != nil {
				return fmt.Errorf("%s: %w", b.Name(), err)
			}
			r.record.Sources = append(r.record.Sources, reports.Source{Name: b.Name(), Format: "data of " + in.Name(), SHA256: sum})
			r.beside = append(r.beside, i)
		}
	}
	for _, n := range r.survey.Codebook.Notes {
		r.warn(n)
	}
	if len(faults) > 0 {
		_, err := bind(st, &r.survey.Codebook, faults)
		return err
	}
	return nil
}

// join shows the faults of the study file before what else is wrong.
func join(faults data.Faults, err error) error {
	if len(faults) == 0 {
		return err
	}
	var more data.Faults
	var one *data.Fault
	switch {
	case errors.As(err, &more):
		faults = append(faults, more...)
	case errors.As(err, &one):
		faults = append(faults, one)
	}
	return faults
}

func checksum(in *data.Input) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(in, 0, in.Size)); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// keep lists the columns that the study names: they are read even if they look
// like identifiers, and none of their values is published unless it is the
// answer to a question.
func keep(st *study.Study) []string {
	names := append([]string{st.Respondent, st.Wave.Column, st.Design.Weight, st.Design.Strata, st.Design.Cluster, st.Design.FPC}, st.Keep...)
	names = append(names, st.Design.Replicates.Columns...)
	for _, s := range st.Segments {
		names = append(names, s.Column)
	}
	for _, w := range st.Filter.Where {
		names = append(names, w.Column)
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

func (r *run) bind(context.Context) (err error) {
	r.plan, err = bind(r.study, &r.survey.Codebook, nil)
	if err == nil {
		for _, n := range r.plan.notes {
			r.warn(n)
		}
	}
	return err
}

func (r *run) readFrame(ctx context.Context) (err error) {
	if err := r.fitsBefore(); err != nil {
		return err
	}
	if r.frame, err = readFrame(ctx, r.plan, r.survey, r.warn, r.rows(max(0, r.survey.Rows()))); err != nil {
		return err
	}
	return r.fits()
}

func (r *run) count(ctx context.Context) (err error) {
	r.counted, err = count(ctx, r.plan, r.frame, r.survey, r.o.Threads, r.rows(int64(r.frame.respondents)))
	return err
}

func (r *run) estimate(context.Context) (err error) {
	if r.tables, err = estimate(r.plan, r.frame, r.counters, r.cross, r.o.Threads); err != nil {
		return err
	}
	if err := r.analyze(); err != nil {
		return err
	}
	if f := clash(r.study, r.tables); f != nil {
		return f
	}
	for _, c := range r.counters {
		for k, w := range c.q.base {
			if s := w.strangers(c.base[k]); s != "" {
				r.warn(s)
			}
		}
		for _, w := range c.gapWarnings() {
			r.warn(w)
		}
		if c.some && !c.tick && c.q.spec.Type == study.Multi {
			r.warn(fmt.Sprintf("nobody ticked anything in question %s; check which codes mean ticked, and say so under yes:", c.q.spec.Name))
		}
		if !c.some {
			r.warn(fmt.Sprintf("question %s has no answers in the data; its tables are empty", c.q.spec.Name))
		}
	}
	asked := func(t *crosstab.Table) bool { return t.Columns[0].Status != crosstab.NotAsked }
	if !slices.ContainsFunc(r.tables, asked) {
		why, remedy := "no question of the study has an answer in the data", "correct the study (report init drafts one)"
		switch {
		case len(r.counters) == 0 && r.source.drafted:
			why, remedy = "no column of the export looks like a question", "an export has a row for each respondent and a column for each question; if this one has, write the study with report init, and name them under questions"
		case len(r.counters) == 0:
			why, remedy = "the study has no questions", "name the columns that hold answers under questions"
		case latest(r.plan):
			why = fmt.Sprintf("no question has an answer in the last wave, %s", r.plan.waves.values[len(r.plan.waves.values)-1].label)
		}
		return &Gate{why + ": there is nothing to publish; " + remedy}
	}
	return nil
}

// analyze adds the tables of models.
func (r *run) analyze() error {
	if r.held == nil {
		return nil
	}
	people, err := r.held.people(r.plan, r.frame)
	if err != nil {
		return err
	}
	tables, doubts := analysis.Tables(people, r.o.Threads)
	for _, t := range tables {
		t.Number = len(r.tables) + 1
		r.tables = append(r.tables, t)
	}
	for _, d := range doubts {
		r.warn(d.String())
	}
	r.doubts = doubts
	return nil
}

func (r *run) protect(context.Context) error {
	r.hidden = disclosure.Protect(r.tables, disclosure.Rules{Group: or(r.study.Protect.Group, groupShown), Answer: or(r.study.Protect.Answer, answerShown), Threads: r.o.Threads})
	hideIndices(r.tables, &r.hidden)
	for _, t := range r.tables {
		for i := range t.Rows {
			if s := t.Cell(i, 0).Status; s == crosstab.OK || s == crosstab.LowBase {
				return nil
			}
		}
	}
	return &Gate{"every figure would be hidden to protect respondents: there is nothing to publish; ask more people, or protect: smaller groups"}
}

func (r *run) chapters(context.Context) error {
	e := &evidence{plan: r.plan, tables: r.tables, doubts: r.doubts, threads: r.o.Threads, respondents: r.inTables(), panel: r.frame.panel, hidden: r.hidden}
	if e.panel > 0 {
		e.wavePeople = r.frame.byWave()
	}
	e.weighting = weightingOf(r.plan, r.frame, e)
	r.add(e, r.plan.policyText(r.tables[0].Columns[0].Wave))
	r.compareEditions(e)
	chapters, err := e.chapters()
	if err != nil {
		return err
	}
	for _, w := range e.warnings {
		r.warn(w)
	}
	r.report = &reports.Report{Meta: r.meta(), About: e.aboutAll(), Headline: e.headlines(chapters), Chapters: chapters, Tables: r.tables, Formats: r.o.Formats,
		Tests: reports.Tests{Strict: r.study.Tests.Strict, Loose: r.study.Tests.Loose, Base: r.study.Tests.Base, Low: r.study.Tests.Low}.WithDefaults()}
	r.report.Method = method(r.plan, r.frame, r.survey, r.counters, e, r.warnings)
	return nil
}

// add adds a table that holds no respondents' answers, unless it is nil.
func (r *run) add(e *evidence, t *crosstab.Table) {
	if t != nil {
		t.Number = len(r.tables) + 1
		r.tables = append(r.tables, t)
		e.tables = r.tables
	}
}

// compareEditions compares what is to be published with what was.
func (r *run) compareEditions(e *evidence) {
	e.edition = r.edition(e)
	var published []reports.Edition
	if r.publish != nil {
		published = r.publish.published()
	}
	r.record.Editions = lineage(e.edition, published)
	b := crosstab.Base{Unweighted: r.frame.inside, People: r.frame.inside, Weighted: r.frame.weights.sum}
	if s := r.frame.weights.squares; s > 0 {
		b.Effective = b.Weighted * b.Weighted / s
	}
	r.add(e, e.compareEditions(r.record.Editions, b))
	for _, p := range e.before {
		if line := e.incomparable(p); p.Unread != "" {
			r.warn(line)
		}
	}
}

// inTables is how many respondents the tables speak of: those of the last wave where the
// report is of it.
func (r *run) inTables() int {
	n := 0
	in := inTotal(r.plan, r.frame)
	for i, people := range r.frame.people {
		if in[i] {
			n += people
		}
	}
	return n
}

func (r *run) meta() reports.Meta {
	st := r.study
	m := reports.Meta{Name: st.Name, Title: st.Title, Population: st.Population, Client: st.Client, Fielded: st.Fielded, Mode: st.Mode, Sample: st.Sample,
		Contact: st.Contact, Notes: st.Notes, Probability: st.Probability, Simulated: st.Simulated, Version: r.o.Version, Respondents: r.frame.inside, SegmentNames: map[string]string{}}
	for i, f := range r.survey.Files {
		s := &r.record.Sources[i]
		s.Format, s.Rows = f.Format, r.frame.rows[i]
	}
	for k, i := range r.beside {
		r.record.Sources[len(r.survey.Files)+k].Rows = r.frame.rows[i]
	}
	m.Sources = r.record.Sources
	for _, s := range r.plan.segments {
		m.SegmentNames[s.name] = s.label
	}
	if r.plan.waves != nil {
		m.SegmentNames["wave"] = r.plan.waves.label
		for _, v := range r.plan.waves.values {
			m.Waves = append(m.Waves, v.label)
		}
		if latest(r.plan) && len(m.Waves) > 0 {
			m.Wave = m.Waves[len(m.Waves)-1]
		}
	}
	return m
}

func (r *run) render(context.Context) (err error) {
	r.files, err = render(r.report, r.o.Formats, r.o.Threads)
	return err
}

// publishAll writes the run record and turns the folder.
func (r *run) publishAll(context.Context) error {
	rec := &r.record
	rec.Program, rec.Version, rec.Go = "tradeoff", r.o.Version, runtime.Version()
	rec.Study, rec.StudySHA256, rec.Simulated = r.study.Title, r.source.sum, r.study.Simulated
	rec.Seconds = r.o.Now().Sub(rec.Started).Seconds()
	rec.Threads, rec.MemoryBytes = r.o.Threads, memoryTaken()
	rec.Options = map[string]any{"formats": r.o.Formats, "threads": r.asked, "memory_bytes": r.o.Memory}
	rec.Counts = map[string]int{"respondents": r.frame.inside, "tables": len(r.tables), "cells": r.hidden.All, "cells_hidden": r.hidden.Cells, "columns_hidden": r.hidden.Columns}
	rec.Weighting = r.report.Method.Weighting
	rec.Notes = r.study.Notes
	rec.Exclusions, rec.Dropped = r.report.Method.Exclusions, r.report.Method.Dropped
	rec.Warnings = append([]string{}, r.warnings...)
	names := make([]string, 0, len(r.files))
	for n := range r.files {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		sum := sha256.New()
		_, _ = r.files[n].WriteTo(sum) // a hash takes all
		rec.Files = append(rec.Files, reports.Published{Name: n, Bytes: r.files[n].Size(), SHA256: hex.EncodeToString(sum.Sum(nil))})
	}
	b, err := tidy.Run(*rec)
	if err != nil {
		return err
	}
	r.files["run.json"] = reports.File{b}
	return r.publish.publish(r.files)
}

func (r *run) summary() *Summary {
	s := &Summary{Respondents: r.frame.inside, Questions: len(r.counters), Tables: len(r.tables), Folder: filepath.Join(r.o.Out, r.study.Name), Files: r.record.Files, Warnings: r.warnings, Title: r.study.Title, Simulated: r.study.Simulated,
		Seconds: r.o.Now().Sub(r.record.Started).Seconds()}
	for _, f := range r.report.Headline {
		s.Headlines = append(s.Headlines, f.Text)
	}
	return s
}
