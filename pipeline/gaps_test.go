package pipeline

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/internal/sharedtest"
	"tradeoff/stats/crosstab"
)

// An item that is empty, or missing, for some whose other answers are known is not in
// their base where the column says "not ticked" by a code, and the table and the run say
// for how many; a column of nothing but ticks has the base of the question. Mail is empty
// for rows 0 to 99 of 300; the counts are those of the loop that writes the file.
func TestItemsWithoutAnAnswer(t *testing.T) {
	for _, c := range []struct {
		name, mail, empty, yes string
		want                   string // of Mail
	}{
		{"codes", "0", "", `, yes: ["1"]`, "Mail: 100 of 300 respondents"},
		{"codes that say themselves", "0", "", "", "Mail: 100 of 300 respondents"},
		{"a missing code", "0", "9", `, yes: ["1"], missing: ["9"]`, "Mail: 100 of 300 respondents"},
		{"a missing code among ticks", "", "9", `, yes: ["1"], missing: ["9"]`, "Mail: 100 of 300 respondents"},
		{"nothing but ticks", "", "", `, yes: ["1"]`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			rows := "id,s1,s2\n"
			for i := range 300 {
				mail := c.empty
				if i >= 100 {
					mail = []string{c.mail, "1"}[i%2]
				}
				rows += fmt.Sprintf("%d,%s,%d\n", i, mail, i/3%2)
			}
			write(t, filepath.Join(dir, "a.csv"), rows)
			r := estimated(t, dir, "study: S\nsources: a.csv\nrespondent: id\nquestions: {share: {type: multi, columns: [s1, s2], items: {s1: Mail, s2: Phone}"+c.yes+"}}\n")
			said := slices.ContainsFunc(r.warnings, func(w string) bool {
				return strings.HasPrefix(w, "question share:") && strings.Contains(w, "("+c.want+")")
			})
			noted := slices.ContainsFunc(r.tables[0].Notes, func(n string) bool {
				return strings.HasPrefix(n, "Without an answer to an item, and not in its base: "+c.want+". Any of these")
			})
			if want := c.want != ""; said != want || noted != want {
				t.Errorf("warned %v, noted %v: %q, %q", said, noted, r.warnings, r.tables[0].Notes)
			}
			base := 300
			if c.want != "" {
				base = 200
			}
			mail, phone := r.tables[0].Cell(0, 0), r.tables[0].Cell(1, 0)
			if b := r.tables[0].BaseOf(0, 0); b.Unweighted != base || math.Abs(mail.Estimate-100/float64(base)) > 1e-12 || mail.Count != 100 {
				t.Errorf("Mail is %v of %d, want 100 of %d", mail.Estimate, b.Unweighted, base)
			}
			if b := r.tables[0].BaseOf(1, 0); b.Unweighted != 300 || math.Abs(phone.Estimate-0.5) > 1e-12 {
				t.Errorf("Phone is %v of %d", phone.Estimate, b.Unweighted)
			}
		})
	}
}

// What an empty column of a wave means: it was not asked, where the file lacks it, where
// other items have a code for "not ticked", or where other waves have a value; in a study
// without waves, of nothing but ticks, it is a box that nobody ticked. Each wave has 100
// people, of whom those of even number tick Mail and all tick Phone.
func TestEmptyColumns(t *testing.T) {
	const yaml = "study: S\nsources: [%s]\nquestions: {share: {type: multi, columns: [s1, s2], items: {s1: Mail, s2: Phone}, yes: 1}}\n"
	rows := func(wave, mail, no, phone string) (rows string) {
		for i := range 100 {
			m := mail
			if i%2 == 1 && m != "" {
				m = no
			}
			rows += wave + "," + m + "," + phone + "\n"
		}
		return rows
	}
	for _, c := range []struct {
		name, rows, yaml, want string // of Mail: base and ticks of Total and of the waves
		said                   string
	}{
		{"ticks, empty in one wave", rows("A", "1", "", "1") + rows("B", "", "", "1"), "wave: w\n", "100/50 100/50 0/0", "Mail (B)"},
		{"codes, empty in one wave", rows("A", "1", "0", "1") + rows("B", "", "", "1"), "wave: w\n", "100/50 100/50 0/0", "Mail (B)"},
		{"ticks in one wave, codes in the other", rows("A", "1", "", "1") + rows("B", "1", "0", "1"), "wave: w\n", "200/100 100/50 100/50", ""},
		{"codes with gaps in one wave, ticks in the other", rows("A", "1", "", "1") + rows("B", "1", "0", "1") + rows("B", "", "", "1"), "wave: w\n", "200/100 100/50 100/50", ""},
		{"the question not asked in one wave", rows("A", "1", "0", "1") + rows("B", "", "", ""), "wave: w\n", "100/50 100/50 0/0", ""},
		{"waves listed, the last first", rows("A", "1", "", "1") + rows("B", "", "", "1"), "wave: {column: w, labels: {B: Later, A: Before}}\n", "100/50 0/0 100/50", "Mail (Later)"},
		{"ticks that nobody made", rows("A", "", "", "1"), "", "100/0", ""},
		{"a column that nobody filled beside codes", rows("A", "", "", "1") + rows("A", "", "", "0"), "", "0/0", "Mail (a.csv)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "a.csv"), "w,s1,s2\n"+c.rows)
			r := estimated(t, dir, fmt.Sprintf(yaml, "a.csv")+c.yaml)
			var got []string
			for j, col := range r.tables[0].Columns {
				if j == 0 || col.Group == "wave" {
					got = append(got, fmt.Sprintf("%d/%d", r.tables[0].BaseOf(0, j).Unweighted, r.tables[0].Cell(0, j).Count))
				}
			}
			if g := strings.Join(got, " "); g != c.want {
				t.Errorf("Mail has %s, want %s", g, c.want)
			}
			says := func(list []string, what string) bool {
				return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, what) })
			}
			if warned, noted := says(r.warnings, "taken as not asked there: "+c.said), says(r.tables[0].Notes, "taken as not asked there: "+c.said+"."); c.said != "" && !(warned && noted) {
				t.Errorf("warned %v, noted %v: %q %q", warned, noted, r.warnings, r.tables[0].Notes)
			} else if c.said == "" && (says(r.warnings, "not asked there") || says(r.tables[0].Notes, "not asked there")) {
				t.Errorf("says something: %q %q", r.warnings, r.tables[0].Notes)
			}
		})
	}
}

// Two answers of one name are told when the study is bound.
func TestAnswersOfOneName(t *testing.T) {
	dir := t.TempDir()
	rows := "q\n"
	for i := range 100 {
		rows += fmt.Sprintln(1 + i%3)
	}
	write(t, filepath.Join(dir, "a.csv"), rows)
	path := filepath.Join(dir, "s.yaml")
	write(t, path, "study: S\nsources: a.csv\nquestions: {q: {column: q, scale: {1: Little, 2: Much, 3: Much}}}\n")
	s, err := Check(context.Background(), FromPath(path), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "question q calls two answers Much, codes 2 and 3; give them words of their own, or count them as one under nets:"; !slices.Contains(s.Warnings, want) {
		t.Errorf("warnings %q", s.Warnings)
	}
}

// The GSS of 2010 asked seven questions on one list, yes or no, and 30 to 50 of 1,270 have
// no answer to each: a tick-all question by items. Expected are base, share and standard
// error by R 4.2.2 and survey 4.1.1, with NA left out item by item:
//
//	d <- as.data.frame(zap_labels(read_sav("2010.sav")))
//	design <- svydesign(ids = ~sampcode, weights = ~wtssall, data = d)
//	svymean(~I(as.numeric(abany == 1)), subset(design, !is.na(abany) & sex == 1))
//	svyglm(I(as.numeric(abany == 1)) ~ factor(sex), design)   # the difference
func TestTickAllBasesOfTheGSS(t *testing.T) {
	few(t)
	r := estimated(t, t.TempDir(), fmt.Sprintf(`study: GSS
sources: %q
design: {weight: wtssall, cluster: sampcode}
segments: {sex: sex}
questions: {abortion: {type: multi, columns: [abdefect, abnomore, abhlth, abpoor, abrape, absingle, abany], yes: 1}}
`, sharedtest.Path(t, "surveys", "gss-2010", "2010.sav")))
	x := r.tables[0]
	if b := x.Columns[0].Base.Unweighted; b != 1270 {
		t.Errorf("%d answered any, want 1270", b)
	}
	for i, columns := range [][3]struct {
		n             int
		weighted      float64
		share, stderr float64
	}{
		{{1225, 1224.418375, 0.738926362964, 0.019148972666}, {561, 576.678172, 0.754325764766, 0.025259388590}, {664, 647.740203, 0.725216392768, 0.021059872350}},
		{{1223, 1223.141265, 0.476676476831, 0.024676668603}, {559, 574.404636, 0.503481638936, 0.031752822122}, {664, 648.736629, 0.452942639885, 0.026649369719}},
		{{1224, 1228.446182, 0.863799160312, 0.013877170134}, {562, 580.509501, 0.871482448506, 0.016928399895}, {662, 647.936681, 0.856915429351, 0.017209923608}},
		{{1231, 1233.077459, 0.448985630957, 0.026659383397}, {562, 580.509501, 0.463011314186, 0.036628010168}, {669, 652.567958, 0.436508704582, 0.026382221876}},
		{{1235, 1238.592889, 0.791078176431, 0.017821267626}, {567, 585.814418, 0.827032724834, 0.019045954030}, {668, 652.778471, 0.758811957819, 0.022478459591}},
		{{1228, 1229.372438, 0.419270877926, 0.026048333058}, {563, 582.656729, 0.435074788641, 0.031294012509}, {665, 646.715708, 0.405032388269, 0.029713418103}},
		{{1230, 1233.793202, 0.429387977956, 0.022667687340}, {558, 574.320431, 0.452459497104, 0.030362575055}, {672, 659.472771, 0.409295495898, 0.026782899933}},
	} {
		for j, want := range columns {
			b, c := x.BaseOf(i, j), x.Cell(i, j)
			if b.Unweighted != want.n || math.Abs(b.Weighted-want.weighted) > 1e-5 || math.Abs(c.Estimate-want.share) > 1e-11 || math.Abs(c.SE-want.stderr) > 1e-11 {
				t.Errorf("%s, column %d: %.12f ± %.12f of %d (%.6f), want %v", x.Rows[i].Label, j, c.Estimate, c.SE, b.Unweighted, b.Weighted, want)
			}
		}
	}
	for i, want := range map[int][2]float64{0: {0.0291093719982, 0.0262456538944}, 6: {0.0431640012062, 0.0351328724183}} {
		at := slices.IndexFunc(x.Comparisons, func(c crosstab.Comparison) bool { return c.Row == i && c.A == 1 && c.B == 2 })
		if at < 0 || math.Abs(x.Comparisons[at].Difference-want[0]) > 1e-11 || math.Abs(x.Comparisons[at].SE-want[1]) > 1e-11 {
			t.Errorf("%s: comparison %d of men and women, want %v", x.Rows[i].Label, at, want)
		}
	}
}
