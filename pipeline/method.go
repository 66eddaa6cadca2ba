package pipeline

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/pipeline/analysis"
	"tradeoff/reports"
	"tradeoff/stats/crosstab"
	"tradeoff/stats/disclosure"
)

// The method page says how the numbers came about, so that a reader can judge
// them: sample, weights, bases, exclusions, tests, protection.

// methods is the chapter on method: what the answers are worth. Who was asked, and what
// weights and protection cost, stand under its first sentences (about, worth).
func (e *evidence) methods(c *reports.Chapter) {
	f, ok := e.otherwiseCounted()
	tell(c, f, ok)
	t := e.modelled("quality")
	if t == nil {
		c.Missing = "Nothing in this survey shows who answered without care. How it was made is described below, under Method in detail."
		return
	}
	claim(c, []*crosstab.Table{t})
	f = reports.Finding{Minor: true, Asked: "Looked at: " + plural(e.respondents, "respondent") + "."}
	var said []string
	same := ""
	for i, r := range t.Rows {
		if n := (indicator{t, i, r.Label}); firm(n.total()) && n.figure(0) != "0%" {
			said, f.Refs = append(said, n.hedged(0)+" "+strings.TrimPrefix(lower(r.Label), same)), append(f.Refs, n.ref(0))
			same = "gave one answer "
		}
	}
	if said == nil {
		c.Missing = "The checks for answers without care found nobody, or too few to be shown. How the survey was made is described below, under Method in detail."
		return
	}
	f.Text = fmt.Sprintf("Some answers may be careless: %s. They may mean it, and nobody was left out.", and(said))
	tell(c, f, true)
}

// A shift is a figure by another choice.
type shift struct {
	from, to indicator
	of       *crosstab.Table
	by       float64 // 0 to 1
}

// points is the shift as sentences print it: not less than its two figures seem to be apart.
func (x shift) points() int {
	whole := func(n indicator) float64 { return math.Round(100 * n.total().Estimate) }
	return int(max(math.Round(100*x.by), math.Abs(whole(x.from)-whole(x.to))))
}

// fewPoints is how far a figure may move by another choice and still be called near.
const fewPoints = 3

// otherwiseCounted says by how much other choices move the main figures at most: the
// shares and differences of all tables of other choices, but for ways that are much less sure.
func (e *evidence) otherwiseCounted() (reports.Finding, bool) {
	var shifts []shift // of each figure the largest
	seen, rough := map[string]bool{}, false
	for _, t := range e.tables {
		published := indicator{t, 0, ""}
		if !t.Model || !strings.HasSuffix(t.ID, ".choices") || !published.share() && !reports.IsPoints(published.kind()) || !firm(published.total()) {
			continue
		}
		largest := shift{by: -1}
		for i := 1; i < len(t.Rows); i++ {
			n := indicator{t, i, t.Rows[i].Label}
			kind, _, _ := strings.Cut(t.Rows[i].Code, ".")
			if kind == analysis.ByClasses { // those counts another thing, as its own chapter says
				continue
			}
			if firm(n.total()) && published.rougher(n) {
				rough = true
				continue
			}
			if !firm(n.total()) {
				continue
			}
			seen[kind] = true
			if by := abs(n.total().Estimate - published.total().Estimate); by > largest.by {
				largest = shift{published, n, t, by}
			}
		}
		if largest.of != nil {
			shifts = append(shifts, largest)
		}
	}
	if shifts == nil {
		return reports.Finding{}, false
	}
	slices.SortStableFunc(shifts, func(a, b shift) int { return cmp.Compare(b.by, a.by) })
	from, to, of := shifts[0].from, shifts[0].to, shifts[0].of
	var ways []string
	for _, x := range []struct{ kind, way string }{{"unweighted", "counting every person the same"}, {"trimmed", "counting nobody for much more than the usual"},
		{"without", "leaving out those who may have answered without care"}} {
		if seen[x.kind] {
			ways = append(ways, x.way)
		}
	}
	f := reports.Finding{Minor: true, Refs: []reports.Ref{from.ref(0), to.ref(0)}, Asked: fmt.Sprintf("Other ways: %s. Main figures: the first of each subject asked about, and of changes, drivers and messages.", strings.Join(ways, "; "))}
	points := func(x shift) string { return pointsOf(max(1, x.points())) }
	far := slices.IndexFunc(shifts, func(x shift) bool { return x.points() <= fewPoints }) // the first that is near
	level, way := from.figure(0) == to.figure(0), fmt.Sprintf("from %s to %s (%s)", from.figure(0), to.against(from, to.figure(0)), lower(to.label))
	name := e.brieflyChosen(of)
	most := fmt.Sprintf(" %s moves most, %s.", upper(name), way)
	if level {
		most = fmt.Sprintf(" Even %s, which moves most, stays at %s.", name, from.figure(0))
	}
	switch {
	case len(shifts) == 1 && level:
		f.Text, most = fmt.Sprintf("Counted in other ways, %s stays at %s.", name, from.figure(0)), ""
	case len(shifts) == 1:
		f.Text, most = fmt.Sprintf("Counted in other ways, %s moves by about %s at most, %s.", name, points(shifts[0]), way), ""
	case far == 0:
		f.Text = fmt.Sprintf("Counted in other ways, none of the %d main figures moves by more than about %s.", len(shifts), points(shifts[0]))
	case far < 0:
		f.Text = fmt.Sprintf("Counted in other ways, each of the %d main figures moves by more than %s, up to %s.", len(shifts), pointsOf(fewPoints), points(shifts[0]))
	default:
		f.Text = fmt.Sprintf("Counted in other ways, %s of the %d main figures can move by more than %s, up to %s; the others move by about %s at most.", inWords(far), len(shifts), pointsOf(fewPoints), points(shifts[0]), points(shifts[far]))
	}
	f.Text += most
	if rough {
		f.Asked += " Ways that are much less sure are left out."
	}
	if n, ok := e.chosen(of); ok {
		f.Asked = asked(n) + " " + f.Asked
	}
	return f, true
}

// method fills the method page.
func method(p *plan, f *frame, s *data.Survey, counters []*counter, e *evidence, warnings []string) reports.Method {
	m := reports.Method{Warnings: warnings, Weighting: e.weighting}
	m.Design = designFacts(p, f, m.Weighting)
	m.Bases = baseFacts(e, m.Weighting)
	m.Disclosure = disclosures(p, f)
	m.Exclusions = exclusions(p, f, counters)
	for _, d := range s.Codebook.Dropped {
		m.Dropped = append(m.Dropped, reports.Fact{Label: d.Name, Value: d.Reason})
	}
	m.Tests = []string{
		"Columns of one group are compared in pairs by the t statistic of their difference. Its variance comes from the design and holds the covariance of the two columns, so that columns with people in common are compared correctly.",
		"Each group is also compared with everybody else: those of the total who are not in it.",
		fmt.Sprintf("The tests are two-sided and not adjusted for their number: of 100 comparisons where nothing differs, about %.3g get a capital letter or a full arrow. All comparisons with their p values are in tests.csv.",
			100*or(p.study.Tests.Strict, strictLevel)),
	}
	m.Protection = protection(p, e.hidden)
	m.Sampling = sampling(p)
	m.Reading = []reports.Fact{
		{Label: "Interval", Value: "the range that holds the true figure in 95 of 100 samples drawn like this one; for shares it is computed on the logit scale and stays between 0 and 100%"},
		{Label: "Base", Value: "respondents, or ratings by respondents, behind a figure, before weighting"},
		{Label: "Effective base", Value: "the size of an unweighted sample that would be as precise, as far as the weights go: (Σw)² / Σw²"},
		{Label: "Percentages", Value: "are rounded, each by itself; they need not add to 100"},
	}
	return m
}

func designFacts(p *plan, f *frame, w *reports.Weighting) []reports.Fact {
	st := p.study
	facts := []reports.Fact{{Label: "Respondents", Value: thousands(f.inside)}}
	add := func(label, format string, args ...any) {
		facts = append(facts, reports.Fact{Label: label, Value: fmt.Sprintf(format, args...)})
	}
	if text := filterText(st); text != "" {
		add("Filter", "%s; the others are in no figure, and still in the design", text)
	}
	if w == nil {
		add("Weight", "none: every respondent counts the same")
	} else {
		name := w.Weight
		if w.Raked {
			name = "raked"
		}
		add("Weight", "%s, from %.3g to %.3g", name, w.Low, w.High)
		add("Effective sample size", "%s, a weighting efficiency of %s: 1 / (1 + CV²), where CV, the standard deviation of the weights over their mean, is %.2f",
			thousands(int(math.Round(w.Effective))), percent(w.Efficiency), w.CV)
	}
	facts = append(facts, weightingFacts(p, f)...)
	if len(st.Design.Replicates.Columns) > 0 {
		return append(facts, replicateFacts(st, f)...)
	}
	switch {
	case st.Design.Strata != "":
		add("Strata", "%s (%s)", thousands(f.design.Strata()), st.Design.Strata)
	case p.waves != nil:
		add("Strata", "%d: the waves are samples of their own", f.design.Strata())
	default:
		add("Strata", "not given: treated as one")
	}
	if st.Design.Cluster != "" {
		add("Clusters (PSUs)", "%s (%s)", thousands(f.design.PSUs()), st.Design.Cluster)
	} else {
		add("Clusters (PSUs)", "not given: respondents are treated as sampled one by one")
	}
	add("Degrees of freedom", "%s for the whole sample; each column has its own", thousands(f.design.DF()))
	if st.Design.FPC != "" {
		add("Finite population", "sampling fractions from %s", st.Design.FPC)
	}
	if st.Design.Lonely != "" && st.Design.Lonely != "fail" {
		add("Strata with a single PSU", "%s", st.Design.Lonely)
	}
	raked := ""
	if f.raking != nil {
		raked = "; what raking has made certain is taken out"
	}
	add("Variance", "Taylor linearization over strata and clusters%s; ratings by the same person are not independent, and are not treated so", raked)
	return facts
}

// ofPeople is the first table whose base are people, nil if there is none.
func (e *evidence) ofPeople() *crosstab.Table {
	i := slices.IndexFunc(e.tables, func(t *crosstab.Table) bool { return !t.Loop })
	if i < 0 {
		return nil
	}
	return e.tables[i]
}

// baseFacts lists the bases of subgroups from the first table of people, with their
// shares before and after weighting.
func baseFacts(e *evidence, w *reports.Weighting) []reports.Fact {
	t := e.ofPeople()
	if t == nil {
		return nil
	}
	var facts []reports.Fact
	for _, g := range t.Groups {
		if t.Columns[g.First].Parent != "" {
			continue
		}
		var parts []string
		for j := g.First; j < g.First+g.N; j++ {
			part := t.Columns[j].Label + " " + thousands(t.Columns[j].Base.Unweighted)
			if t.Columns[j].Status == crosstab.Suppressed {
				part = t.Columns[j].Label + " " + reports.HiddenMark
			} else if w != nil {
				for _, x := range w.Groups {
					if x.Banner == g.Name && x.Segment == t.Columns[j].Label {
						part += fmt.Sprintf(" (%s, weighted %s)", percent(x.Unweighted), percent(x.Weighted))
					}
				}
			}
			parts = append(parts, part)
		}
		facts = append(facts, reports.Fact{Label: g.Label, Value: strings.Join(parts, ", ")})
	}
	if len(facts) > 0 {
		facts = append([]reports.Fact{{Label: "Question", Value: "“" + t.Text + "”; other questions have bases of their own, printed with them"}}, facts...)
	}
	return facts
}

// exclusions says who is in no table, and in none of the groups. A count below
// the smallest group is not named: it would single somebody out.
func exclusions(p *plan, f *frame, counters []*counter) []reports.Fact {
	var facts []reports.Fact
	if f.zero > 0 {
		facts = append(facts, reports.Fact{Label: "Weight 0", Value: guarded(p.study, f.zero, "respondent") + ", counted in no base"})
	}
	if n := f.respondents - f.inside; n > 0 {
		facts = append(facts, reports.Fact{Label: "Filter", Value: guarded(p.study, n, "respondent") + " outside, in no figure"})
	}
	for _, s := range f.segments {
		if n := s.outside; n > 0 && !s.wave {
			facts = append(facts, reports.Fact{Label: s.label, Value: guarded(p.study, n, "respondent") + " in none of the groups; they are in Total"})
		}
	}
	for _, c := range counters {
		unit := c.unit()
		if len(c.tallies) > 1 && c.q.spec.Type != study.Multi {
			unit = "answer"
		}
		if all := c.all(); all.refused > 0 {
			facts = append(facts, reports.Fact{Label: shortName(c.q),
				Value: fmt.Sprintf("%s of %s without an answer (don't know, refused)", guarded(p.study, all.refused, ""), plural(all.asked(), unit))})
		}
	}
	return facts
}

// Defaults of protection.
const (
	groupShown  = 10
	answerShown = 5
)

// shownFrom are the fewest people in a group, and behind an answer, that are shown.
func shownFrom(st *study.Study) (group, answer int) {
	return or(st.Protect.Group, groupShown), or(st.Protect.Answer, answerShown)
}

func protection(p *plan, h disclosure.Summary) []string {
	group, answer := shownFrom(p.study)
	out := []string{
		fmt.Sprintf("Groups of fewer than %d respondents are not shown, and neither are answers given by fewer than %d people within a group.", group, answer),
		"Where a total, a net or the other groups would let a hidden figure be worked out, more figures of the same table are hidden; tables of models hide what would tell hidden figures of other tables. Tables of different questions are not protected against each other.",
		"Columns that identify people are left out when the files are read.",
	}
	if h.Cells+h.Columns == 0 {
		return append(out, "In this report nothing had to be hidden.")
	}
	return append(out, fmt.Sprintf("In this report that hides %s and %s.", plural(h.Columns, "table column"), plural(h.Cells, "further cell")))
}

func sampling(p *plan) []string {
	var out []string
	if p.study.Simulated {
		out = append(out, "The respondents are simulated. No figure is a finding about people, countries or companies.")
	}
	if p.study.Probability {
		out = append(out, "Respondents were drawn with known probabilities: the intervals are margins of sampling error. Errors of coverage, non-response and wording come on top.")
	} else {
		out = append(out, "The study does not say that respondents were drawn with known probabilities. The intervals then measure how much the figures would vary if the weights made the sample as good as a random one; they are not a margin of sampling error and say nothing of how well the sample stands for the population.")
	}
	return out
}
