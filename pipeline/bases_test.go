package pipeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tradeoff/stats/crosstab"
)

// The attack on the bases of models: everybody answered everything, so that tables of the
// same question differ in whom they count only by people whom an analysis has no use for,
// because they are in a group of few. Where one base is that of the other less a few, the
// few are known, and how many of them are willing.

const gathered = `
study: A survey with groups of few
sources: crowd.csv
segments:
  land: {from: land, codes: {1: Aland, 2: Bland, 3: Cland}}
  age: {from: age, bands: [18-39, 40-69]}
  firm: {loop: firm, items: {a: Able, b: Best, c: Come, d: Dear}}
questions:
  will: {column: will, measures: sharing, scale: &points {1: one, 2: two, 3: three, 4: four, 5: five}, top: 2}
  told: {column: told, measures: communication, answers: {1: Radio, 2: Web, 3: Mail}}
  knows: {column: knows, measures: expertise, scale: *points, top: 2}
  gain: {columns: "gain_{item}", measures: benefit, type: multi, items: {1: money, 2: time}, yes: [1]}
  gives: {columns: "gives_{item}", measures: sharing, type: multi, items: {1: places, 2: habits}, yes: [1]}
  want: {columns: "want_{firm}", loop: firm, measures: expectation, scale: *points, top: 2}
  trust: {columns: "trust_{firm}", loop: firm, measures: trust, scale: *points, top: 2}
  give: {columns: "give_{firm}", loop: firm, measures: sharing, scale: *points, top: 2}
`

// few are so many: in Cland, older than all bands, told by radio, and asked about a firm
// of which nobody else was.
const fewThere = 3

func gatheredCrowd(t *testing.T, folder string, seed uint64) Source {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 17))
	pick := picker(rng)
	lines := [][]string{{"land", "age", "will", "told", "knows", "gain_1", "gain_2", "gives_1", "gives_2",
		"want_a", "want_b", "want_c", "want_d", "trust_a", "trust_b", "trust_c", "trust_d", "give_a", "give_b", "give_c", "give_d"}}
	for i := range 900 {
		knows := pick("12345", .2, .2, .2, .2)
		will := pick("12345", .3, .2, .2, .2)
		if knows > "3" {
			will = pick("12345", .1, .2, .2, .2)
		}
		line := []string{pick("12", .55), fmt.Sprint(18 + rng.IntN(52)), will, pick("23", .6), knows, "1", pick("10", .4), pick("10", .4), pick("10", .6)}
		firms := "abcd"[:3]
		switch {
		case i < fewThere: // and all of them are willing
			line[0], line[2] = "3", "5"
		case i < 2*fewThere:
			line[1] = "81"
		case i < 3*fewThere:
			line[3] = "1"
		case i < 4*fewThere:
			firms = "d"
		case i < 5*fewThere:
			line[5] = "0"
		}
		for range 3 {
			for _, firm := range "abcd" {
				answer := ""
				if strings.ContainsRune(firms, firm) {
					answer = pick("12345", .2, .2, .2, .2)
				}
				line = append(line, answer)
			}
		}
		lines = append(lines, line)
	}
	return crowded(t, folder, lines, gathered)
}

// A sized is the size of a base, and which table says so.
type sized struct {
	table string
	n     int
}

// sizes are the bases of Total, of people and of ratings, that tables print.
func sizes(tables map[string]*crosstab.Table) (people, ratings []sized) {
	for _, t := range tables {
		b := t.Columns[0].Base
		if t.Columns[0].Status == crosstab.Suppressed || t.ID == policyTable || t.ID == "trust.step" {
			continue // a step of trust is of all who rated two or more: of the few it tells that they rated one
		}
		people = append(people, sized{t.ID, b.People})
		for i := range t.Rows {
			if own := t.Cell(i, 0).Base; own != nil && !t.Rows[i].Partial && t.Cell(i, 0).Status != crosstab.Suppressed {
				people = append(people, sized{t.ID + " " + t.Rows[i].Code, own.People})
			}
		}
		if t.Loop {
			ratings = append(ratings, sized{t.ID, b.Unweighted})
		}
	}
	return people, ratings
}

// leaves reports two bases of which one is the other less a few.
func leaves(t *testing.T, what string, all []sized) {
	t.Helper()
	slices.SortFunc(all, func(a, b sized) int { return strings.Compare(a.table, b.table) })
	for _, a := range all {
		for _, b := range all {
			if d := a.n - b.n; d > 0 && d < groupShown {
				t.Errorf("%s: %s has %d, %s %d: %d are left", what, a.table, a.n, b.table, b.n, d)
			}
		}
	}
}

func TestBasesOfModelsTellNoGroupOfFew(t *testing.T) {
	models := 0
	for seed := range uint64(4) {
		tables := tablesOf(t, gatheredCrowd(t, t.TempDir(), seed), true)
		for _, id := range []string{"will.odds", "will.effects", "will.importance", "will.whatif", "give.rated.odds", "give.rated.alike", "want.adjusted", "trust.ranks", "trust.give", "gain.gives"} {
			if tables[id] == nil {
				t.Fatalf("crowd %d: there is no table %s: it is no test", seed, id)
			}
		}
		people, ratings := sizes(tables)
		leaves(t, fmt.Sprint("people of crowd ", seed), people)
		leaves(t, fmt.Sprint("ratings of crowd ", seed), ratings)

		// What a model says of the willing as they are is what the question says.
		will, now := tables["will"], tables["will.whatif"]
		for j, c := range now.Columns {
			a, b := will.Cell(will.RowOf(crosstab.NetRow, ""), j), now.Cell(0, j)
			if c.Segment() != will.Columns[j].Segment() {
				t.Fatalf("column %d is %s in the one and %s in the other table", j, c.Segment(), will.Columns[j].Segment())
			}
			if (b.Status == crosstab.OK || b.Status == crosstab.LowBase) && b.Count != a.Count {
				t.Errorf("crowd %d: %d of %s are willing, in the model %d", seed, a.Count, c.Segment(), b.Count)
			}
		}

		// Groups that are hidden have no number anywhere.
		truth := tablesOf(t, gatheredCrowd(t, t.TempDir(), seed), false)
		secret := map[int]string{}
		for _, c := range tables["will"].Columns {
			if c.Status == crosstab.Suppressed {
				at := slices.IndexFunc(truth["will"].Columns, func(x crosstab.Column) bool { return x.Group == c.Group && x.Label == c.Label })
				secret[truth["will"].Columns[at].Base.People] = c.Label
			}
		}
		for _, id := range []string{"told", "gain"} {
			for i, r := range tables[id].Rows {
				if r.Kind == crosstab.Proportion && tables[id].Cell(i, 0).Status == crosstab.Suppressed {
					secret[truth[id].Cell(i, 0).Count] = r.Label
				}
			}
		}
		if len(secret) < 5 {
			t.Fatalf("crowd %d: only %v is hidden: it is no test", seed, secret)
		}
		for _, x := range tables {
			if !x.Model {
				continue
			}
			models++
			for j, c := range x.Columns {
				if label := secret[c.Base.People]; label != "" && label == c.Label {
					t.Errorf("crowd %d: column %s of %s has the %d of %s", seed, c.Segment(), x.ID, c.Base.People, label)
				}
				for i, r := range x.Rows {
					for n := range secret {
						if got := x.Cell(i, j).Count; j == 0 && strings.Contains(r.Label, secret[n]) && got > n-groupShown && got < n+groupShown {
							t.Errorf("crowd %d: row %q of %s has %d people, %s is hidden with %d", seed, r.Label, x.ID, got, secret[n], n)
						}
					}
				}
			}
		}
	}
	if models < 60 {
		t.Errorf("only %d tables of models", models)
	}
}

// Rows without answers in doubt are of a part of the people. Beside the table of checks
// they would tell how many failed one of a wave that is not in Total, of an arm that is
// not compared, or of those who did not answer.
func TestRowsWithoutDoubtsTellNoFew(t *testing.T) {
	const worry = `
  worry: {type: grid, columns: "{item}", items: {ca: Firms, cb: Hackers, cc: Friends, cd: Kin}, measures: concern, scale: {1: one, 2: two, 3: three, 4: four, 5: five}, top: 2}
`
	const will = `
  will: {column: will, measures: sharing, scale: {1: one, 2: two, 3: three, 4: four, 5: five}, top: 2}`
	arms := "questions:\n  arm: {column: part, measures: communication, answers: {1: Long, 2: Short, 3: None}, randomized: true}" + will + worry
	for _, x := range []struct {
		name, spec, id, without string
		group                   func(i int) string // of the wave, or the arm
		doubted                 string             // the group of few who fail
		silent                  string             // who fail in this one give no answer
	}{
		{"wave", "wave: {column: part, report: latest}\nquestions:" + will + worry, "will.trend.choices", "will.choices", func(i int) string { return fmt.Sprint(1 + i%2) }, "1", ""},
		{"arm", arms, "arm.choices", "will.choices", func(i int) string { return fmt.Sprint(1 + i%3) }, "2", ""},
		{"arm beside a silent one", arms, "arm.choices", "will.choices", func(i int) string { return fmt.Sprint(1 + i%3) }, "2", "1"},
		{"silent", "questions:" + will + worry, "will.choices", "", func(i int) string { return fmt.Sprint(1 + i%2) }, "1", "1"},
	} {
		for few, shown := range map[int]bool{0: true, 1: false, answerShown - 1: false, answerShown: true, 20: true} {
			tables := tablesOf(t, doubtful(t, x.spec, x.group, x.doubted, few, x.silent), true)
			table := tables[x.id]
			if (table != nil && rowOf(table, "without.straight.worry") >= 0) != shown {
				t.Errorf("%s, %d fail: %s is %v, want a row without them: %v", x.name, few, x.id, table, shown)
			}
			if other := tables[x.without]; x.without != "" && (other == nil || rowOf(other, "without.straight.worry") < 0) {
				t.Errorf("%s, %d fail: %s has no row without them: it is no test", x.name, few, x.without)
			}
		}
	}
}

// doubtful are 900 people in groups, of whom 40 of each give one answer to all items, but
// of one group only few. Of a silent group these say nothing else.
func doubtful(t *testing.T, spec string, group func(i int) string, doubted string, few int, silent string) Source {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 8))
	pick := picker(rng)
	lines := [][]string{{"id", "part", "will", "ca", "cb", "cc", "cd"}}
	failed := map[string]int{}
	for i := range 900 {
		part, will := group(i), pick("12345", .3, .2, .2, .2)
		line := []string{fmt.Sprint(i), part, will, "1", "2", pick("12345", .2, .2, .2, .2), pick("12345", .2, .2, .2, .2)}
		most := 40
		if part == doubted {
			most = few
		}
		if failed[part]++; failed[part] <= most {
			line[3], line[4], line[5], line[6] = "5", "5", "5", "5"
			if part == silent {
				line[2] = ""
			}
		}
		lines = append(lines, line)
	}
	return crowded(t, t.TempDir(), lines, "study: A survey with answers in doubt\nsources: crowd.csv\n"+spec)
}
