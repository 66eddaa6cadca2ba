package draft

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/study"
	"tradeoff/internal/sharedtest"
)

// book makes a codebook and its profiles of variables with their values.
type book struct {
	data.Codebook
	profiles []data.Profile
}

// add adds a variable of which each value has been counted.
func (b *book) add(v data.Variable, null int64, values ...data.Count) {
	p := data.Profile{Null: null, Min: math.Inf(1), Max: math.Inf(-1)}
	n := map[string]int64{}
	sum := 0.0
	for _, c := range values {
		n[c.Code] += c.N
		p.Recorded += c.N
		p.Longest = max(p.Longest, len(c.Code))
		if v.Missing.Declares(c.Code) {
			p.Missing += c.N
		} else if v.Type == data.Number {
			x := float(c.Code)
			p.Min, p.Max = min(p.Min, x), max(p.Max, x)
			sum += x * float64(c.N)
		}
	}
	if p.Recorded > p.Missing {
		p.Mean = sum / float64(p.Recorded-p.Missing)
	}
	finish(&p, n)
	b.Variables = append(b.Variables, v)
	b.profiles = append(b.profiles, p)
}

// draft parses the draft of the book.
func (b *book) draft(t testing.TB) (*study.Study, string) {
	t.Helper()
	text := Draft(&b.Codebook, b.profiles, []string{"export.csv"}, "Title")
	s, err := study.Parse("draft.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return s, string(text)
}

func q(s *study.Study, name string) study.Question {
	for _, q := range s.Questions {
		if q.Name == name {
			return q
		}
	}
	return study.Question{}
}

func seg(s *study.Study, name string) study.Segment {
	for _, g := range s.Segments {
		if g.Name == name {
			return g
		}
	}
	return study.Segment{}
}

func read(t *testing.T, name string) *study.Study {
	t.Helper()
	s, err := study.Parse("draft.yaml", []byte(draftOf(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func codes(list []study.Code) string {
	var out []string
	for _, c := range list {
		out = append(out, c.Code)
	}
	return strings.Join(out, "|")
}

// TestPersonalisation: roles, demographics, tick families, the batteries and
// the direction of their scale, as the survey's README describes them.
func TestPersonalisation(t *testing.T) {
	s := read(t, "surveys/ais-personalisation-gb-us/data_GB_US.csv")
	if s.Respondent != "meta.uuid" || s.Design.Weight != "meta.weight" {
		t.Errorf("respondent %q, weight %q", s.Respondent, s.Design.Weight)
	}
	for name, column := range map[string]string{"age": "dem.age", "country": "dem.country_code", "gender": "dem.gender", "education": "dem.education_level", "place": "dem.city_or_rural"} {
		if got := seg(s, name).Column; got != column {
			t.Errorf("segment %s is %q, want %q", name, got, column)
		}
	}
	for name, n := range map[string]int{"question_terms_familiarity": 6, "question_used_applications": 7, "question_use_ai": 10, "question_criteria_social_media": 8, "question_adjustment_online_data": 7, "question_privacy_tools": 7} {
		got := q(s, name)
		if got.Type != study.Multi || len(got.Columns) != n || !slices.Equal(got.Yes, []string{"TRUE"}) {
			t.Errorf("%s: %s of %d columns, yes %v; want a multi of %d", name, got.Type, len(got.Columns), got.Yes, n)
		}
	}
	battery := q(s, "question")
	if battery.Type != study.Grid || len(battery.Columns) != 9 || battery.Measures != "expectation" || battery.Top != 2 ||
		codes(battery.Codes) != "Not acceptable at all|Not very acceptable|Somewhat acceptable|Very acceptable" {
		t.Errorf("the battery: %+v", battery)
	}
	concern := q(s, "question_concern_privacy")
	if concern.Measures != "concern" || concern.Type != study.Scale || codes(concern.Codes) != "Not concerned at all|Not very concerned|Somewhat concerned|Very concerned" {
		t.Errorf("concern: %+v", concern)
	}
}

// TestCutBattery: one run of items asks first for services, then for kinds of
// data; the survey's authors report them as two questions (README: nine
// services, eleven and eight kinds of data).
func TestCutBattery(t *testing.T) {
	s := read(t, "surveys/ais-personalisation-gb-us/data_GB_US.csv")
	information := q(s, "question_2")
	if information.Type != study.Grid || len(information.Columns) != 19 || information.Measures != "sharing" || information.Columns[0] != "question.age" {
		t.Errorf("kinds of data: %+v", information)
	}
}

// TestTexts: columns that hold the option's text or "Not selected".
func TestTexts(t *testing.T) {
	s := read(t, "surveys/fivethirtyeight-surveymonkey/masculinity-survey/raw-responses.csv")
	ideas := q(s, "q0004")
	if ideas.Type != study.Multi || len(ideas.Columns) != 6 || ideas.Items[0].Label != "Father or father figure(s)" || slices.Contains(ideas.Yes, "Not selected") {
		t.Errorf("q0004: %+v", ideas)
	}
	if m := q(s, "q0001"); codes(m.Codes) != "Not at all masculine|Not very masculine|Somewhat masculine|Very masculine" || codes(m.Missing) != "No answer" {
		t.Errorf("q0001: %+v", m)
	}
	if got := q(s, "q0007"); got.Type != study.Grid || len(got.Columns) != 11 {
		t.Errorf("q0007: %+v", got)
	}
}

// TestLoops: columns that differ by an industry's name.
func TestLoops(t *testing.T) {
	s := read(t, "oracle/data/loop_wide.csv")
	if got := codes(seg(s, "industry").Items); got != "telecoms|hardware|media|banking|retail|health|travel|government" {
		t.Errorf("the loop has %s", got)
	}
	trust, share := q(s, "trust"), q(s, "share")
	if trust.Column != "trust_{industry}" || trust.Loop != "industry" || trust.Measures != "trust" {
		t.Errorf("trust: %+v", trust)
	}
	if share.Column != "share_{item}_{industry}" || share.Type != study.Multi || codes(share.Items) != "contact|location|purchase|health|browsing" {
		t.Errorf("share: %+v", share)
	}
	if s.Design.Strata != "stratum" || s.Design.Cluster != "psu" {
		t.Errorf("design: %+v", s.Design)
	}
}

// TestDelimited: several answers in one cell, and codes that stand apart.
func TestDelimited(t *testing.T) {
	s := read(t, "surveys/quantipy-example-a/Example Data (A).csv")
	for name, want := range map[string]string{"q2": "1|2|3|4|5|6|97|98", "q3": "1|2|3|4|5|6|7|8|97", "q8": "1|2|3|4|5|96|98", "q9": "1|2|3|4|96|98|99"} {
		if got := q(s, name); got.Separator != ";" || codes(got.Codes) != want {
			t.Errorf("%s: separator %q, codes %s", name, got.Separator, codes(got.Codes))
		}
	}
	if got := q(s, "q5"); codes(got.Missing) != "97|98" || codes(got.Codes) != "1|2|3|4|5" {
		t.Errorf("q5: %+v", got)
	}
	if s.Wave.Column != "Wave" || s.Design.Weight != "weight_a" || s.Respondent != "unique_id" {
		t.Errorf("wave %q, weight %q, respondent %q", s.Wave.Column, s.Design.Weight, s.Respondent)
	}
}

// TestLabels: an SPSS file with labels, declared sets and missing values.
func TestLabels(t *testing.T) {
	s := read(t, "badinputs/control.sav")
	if got := q(s, "q1_comfort"); got.Type != study.Scale || codes(got.Codes) != "1|2|3|4|5" || got.Top != 2 || strings.Contains(codes(got.Codes), "98") {
		t.Errorf("q1_comfort: %+v", got)
	}
	if s.Respondent != "resp_id" || s.Wave.Column != "wave" || s.Design.Weight != "weight" {
		t.Errorf("respondent %q, wave %q, weight %q", s.Respondent, s.Wave.Column, s.Design.Weight)
	}
	if got := q(s, "q2"); got.Measures != "concern" || len(got.Columns) != 4 {
		t.Errorf("q2: %+v", got)
	}
}

// TestSecrets: nothing that a person wrote, and no address, gets into a draft.
func TestSecrets(t *testing.T) {
	text := draftOf(t, "badinputs/control.csv")
	secrets, err := os.ReadFile(sharedtest.Path(t, "badinputs", "secrets.txt"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(string(secrets), "\n") {
		if line = strings.TrimSpace(line); len(line) > 6 {
			n++
			if strings.Contains(text, line) {
				t.Errorf("the draft holds %q", line)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d secrets were looked for", n)
	}
}

// TestRealSurveys drafts exports of many tools.
func TestRealSurveys(t *testing.T) {
	for _, name := range []string{
		"gss-2010/2010.sav", "worker-robotics-privacy/WorkerSurveyDataRelease.csv", "pew-anonymity-2013/AnonymityPoll.csv",
		"browser-fingerprinting-us/survey-experiment-data.csv", "fivethirtyeight-surveymonkey/star-wars-survey/StarWars.csv",
		"rse-international-2018/public_data.csv", "stackoverflow-2011/2011 Stack Overflow Survey Results.csv",
		"quantipy-example-a/tally/Example Data (B).sav", "contact-tracing-ch/data.csv", "personal-data-acceptability-us/qualtrics_data.csv",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			if s := read(t, filepath.Join("surveys", name)); len(s.Questions) == 0 || len(s.Questions) > maxQuestions {
				t.Errorf("%d questions", len(s.Questions))
			}
		})
	}
}

// TestWide: a file with more questions than a draft holds says so, and keeps
// those on the subject.
func TestWide(t *testing.T) {
	b := &book{}
	for i := range 300 {
		label := fmt.Sprintf("Colour %d", i)
		if i == 299 {
			label = "How worried are you about tracking?"
		}
		b.add(data.Variable{Name: fmt.Sprintf("c%da%db", i, i*7), Label: label, Type: data.Text}, 0, data.Count{Code: "red", N: 50}, data.Count{Code: fmt.Sprint("blue", i), N: 50})
	}
	s, text := b.draft(t)
	if len(s.Questions) != maxQuestions || !strings.Contains(text, "This draft stops at 200 questions") || !strings.Contains(text, `"c199a1393b"`) || !strings.Contains(text, "and 40 more") {
		t.Errorf("%d questions\n%s", len(s.Questions), text[len(text)-2000:])
	}
	if last := s.Questions[len(s.Questions)-1]; last.Measures != "concern" {
		t.Errorf("the question on the subject is not kept: %+v", last)
	}
}

// TestScales holds answers as surveys print them, in four languages, in mixed
// order, with the order that they mean.
func TestScales(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Strongly agree|Agree|Neither agree nor disagree|Disagree|Strongly disagree", "Strongly disagree|Disagree|Neither agree nor disagree|Agree|Strongly agree"},
		{"Very likely|Somewhat likely|Somewhat unlikely|Very unlikely", "Very unlikely|Somewhat unlikely|Somewhat likely|Very likely"},
		{"Always|Often|Sometimes|Rarely|Never", "Never|Rarely|Sometimes|Often|Always"},
		{"A GREAT DEAL|ONLY SOME|HARDLY ANY", "HARDLY ANY|ONLY SOME|A GREAT DEAL"},
		{"Sehr besorgt|Eher besorgt|Eher nicht besorgt|Überhaupt nicht besorgt", "Überhaupt nicht besorgt|Eher nicht besorgt|Eher besorgt|Sehr besorgt"},
		{"Stimme voll und ganz zu|Stimme eher zu|Teils/teils|Stimme eher nicht zu|Stimme überhaupt nicht zu", "Stimme überhaupt nicht zu|Stimme eher nicht zu|Teils/teils|Stimme eher zu|Stimme voll und ganz zu"},
		{"Tout à fait d'accord|Plutôt d'accord|Plutôt pas d'accord|Pas du tout d'accord", "Pas du tout d'accord|Plutôt pas d'accord|Plutôt d'accord|Tout à fait d'accord"},
		{"Toujours|Souvent|Parfois|Rarement|Jamais", "Jamais|Rarement|Parfois|Souvent|Toujours"},
		{"Mucho|Bastante|Poco|Nada", "Nada|Poco|Bastante|Mucho"},
		{"Muy de acuerdo|De acuerdo|En desacuerdo|Muy en desacuerdo", "Muy en desacuerdo|En desacuerdo|De acuerdo|Muy de acuerdo"},
		{"Red|Green|Blue", ""},
		{"Yes|No|Maybe", ""},
		{"Never, but open to it|Never, and not open to it|Rarely|Sometimes|Often", ""},
	} {
		var in []option
		for _, l := range strings.Split(tt.in, "|") {
			in = append(in, option{code: l})
		}
		s, ok := scaleOf(in)
		var got []string
		for _, o := range s.codes {
			got = append(got, o.code)
		}
		if strings.Join(got, "|") != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: got %s", tt.in, strings.Join(got, "|"))
		}
	}
}

// TestReversed: codes that run from high to low get scores that do not.
func TestReversed(t *testing.T) {
	b := &book{}
	labels := []data.ValueLabel{{Code: "1", Label: "A great deal"}, {Code: "2", Label: "Only some"}, {Code: "3", Label: "Hardly any"}, {Code: "8", Label: "Don't know"}, {Code: "9", Label: "No answer"}}
	b.add(data.Variable{Name: "conbus", Label: "Confidence in major companies", Labels: labels}, 3, data.Count{Code: "1", N: 40}, data.Count{Code: "2", N: 30}, data.Count{Code: "3", N: 30}, data.Count{Code: "8", N: 4}, data.Count{Code: "9", N: 2})
	s, _ := b.draft(t)
	got := q(s, "conbus")
	want := study.Question{Name: "conbus", Text: "Confidence in major companies", Type: study.Scale, Measures: "trust", Column: "conbus", Ordered: true, Top: 1,
		Codes:    []study.Code{{Code: "3", Label: "Hardly any"}, {Code: "2", Label: "Only some"}, {Code: "1", Label: "A great deal"}},
		DontKnow: []study.Code{{Code: "8", Label: "Don't know"}}, Missing: []study.Code{{Code: "9", Label: "No answer"}},
		Scores: map[string]float64{"3": 1, "2": 2, "1": 3}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSets: the export's own multiple-response set.
func TestSets(t *testing.T) {
	b := &book{}
	for i, l := range []string{"Location", "Address", "Card"} {
		b.add(data.Variable{Name: fmt.Sprintf("v%d", i+7), Label: "Would share: " + l}, 0, data.Count{Code: "0", N: 60}, data.Count{Code: "1", N: 40})
	}
	b.Sets = []data.Set{{Name: "$share", Label: "What would you share?", Counted: "1", Variables: []string{"v7", "v8", "v9"}}}
	s, _ := b.draft(t)
	got := q(s, "share")
	if got.Type != study.Multi || !slices.Equal(got.Columns, []string{"v7", "v8", "v9"}) || !slices.Equal(got.Yes, []string{"1"}) || got.Items[1].Label != "Address" {
		t.Errorf("%+v", got)
	}
}

// TestBodyWeight: kilograms are no sampling weight.
func TestBodyWeight(t *testing.T) {
	b := &book{}
	var kilos []data.Count
	for i := range 60 {
		kilos = append(kilos, data.Count{Code: data.Code(50.5 + float64(i)), N: 2})
	}
	b.add(data.Variable{Name: "weight", Label: "Body weight in kg"}, 0, kilos...)
	s, _ := b.draft(t)
	if s.Design.Weight != "" || q(s, "weight").Type != study.Number {
		t.Errorf("weight %q, question %+v", s.Design.Weight, q(s, "weight"))
	}
}

func TestAgeBands(t *testing.T) {
	for _, tt := range []struct {
		low, high float64
		want      string
	}{
		{18, 90, "18-24 25-34 35-44 45-54 55-64 65+"},
		{16, 50, "-17 18-24 25-34 35-44 45+"},
		{30, 64, "25-34 35-44 45-54 55+"},
		{66, 80, "65+"},
	} {
		if got := strings.Join(ageBands(tt.low, tt.high), " "); got != tt.want {
			t.Errorf("%v to %v: %s", tt.low, tt.high, got)
		}
	}
}

func TestNames(t *testing.T) {
	n := newNamer()
	for _, tt := range []struct{ in, want string }{
		{"q1", "q1"}, {"q1", "q1_2"}, {"Q-demos-age", "q_demos_age"}, {"1. Wie zufrieden?", "q_1_wie_zufrieden"}, {"Größe", "grosse"}, {"Вопрос", "q"}, {"Вопрос", "q_2"},
		{"If your video data is recorded, how concerned are you about privacy issues?", "if_your_video_data_is_recorded_how"},
	} {
		if got := n.name(tt.in, "q"); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.in, got, tt.want)
		}
	}
}

// hostile are texts that YAML, patterns or paths could trip over.
var hostile = []string{
	"", " ", "yes", "No", "null", "~", "TRUE", "0", "1", "2", "5", "98", "012", "1.50", "-0", "1e5", "2024-01-01", "- a", "# x", "a # b", "a: b", "&a", "*a", "!x", "%x", "@x", "`x`",
	`"`, `'`, `\`, "{", "}", "{item}", "q_{industry}", "[a, b]", "a,b", "a;b", "a|b", "\t", "a\tb", "line\nbreak", "\r", "\x00", "\x7f", "\u0085", "\u2028", "\ufeff", "🙂", "\xff\xfe", "Größe", "Вопрос 1",
	"? key", "<<", "=", "...", "---", strings.Repeat("long words ", 150), " leading", "trailing ", "q1_bank", "q1_telecom", "q1_retail", "share_bank_card", "share_bank_phone", "share_telecom_card", "share_telecom_phone", "share_retail_card", "share_retail_phone", "CONFIDENCE IN BANKS", "Would share with Banks: Card", "2024", "year", "round", "age", "Age", "weight", "wave", "resp_id", "country", "Very satisfied", "Not at all satisfied", "Somewhat", "Don't know", "Not selected", "18-24", "65+",
}

// TestAlwaysParses drafts codebooks of hostile names, labels and values: the
// study file always parses, names only columns that exist, and declares only
// codes that the export has.
func TestAlwaysParses(t *testing.T) {
	words := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String(), rapid.Map(rapid.SampledFrom(hostile), func(s string) string { return "q_" + s }))
	rapid.Check(t, func(t *rapid.T) {
		b := &book{}
		used := map[string]bool{}
		have := map[string]bool{"1": true, "0": true}
		for range rapid.IntRange(0, 12).Draw(t, "variables") {
			name := words.Draw(t, "name")
			if used[name] {
				continue
			}
			used[name] = true
			v := data.Variable{Name: name, Type: rapid.SampledFrom([]data.Type{data.Number, data.Text, data.Time}).Draw(t, "type")}
			if rapid.Bool().Draw(t, "labelled") {
				v.Label = words.Draw(t, "label")
			}
			value := words
			if v.Type == data.Number {
				value = rapid.Map(rapid.OneOf(rapid.Float64Range(-5, 100), rapid.Map(rapid.IntRange(-2, 12), func(i int) float64 { return float64(i) })), data.Code)
			}
			var counts []data.Count
			for _, c := range rapid.SliceOfN(value, 0, 14).Draw(t, "values") {
				counts = append(counts, data.Count{Code: c, N: rapid.Int64Range(1, 400).Draw(t, "n")})
				have[strings.TrimRight(c, " ")] = true
				for _, sep := range []string{";", "|", ","} {
					for _, p := range strings.Split(c, sep) {
						have[strings.TrimSpace(p)] = true
					}
				}
				if rapid.IntRange(0, 2).Draw(t, "word") == 0 {
					v.Labels = append(v.Labels, data.ValueLabel{Code: c, Label: words.Draw(t, "value label")})
				}
				if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
					v.Missing.Codes = append(v.Missing.Codes, c)
				}
			}
			b.add(v, rapid.Int64Range(0, 3).Draw(t, "null"), counts...)
		}
		if len(b.Variables) > 2 && rapid.Bool().Draw(t, "set") {
			b.Sets = []data.Set{{Name: words.Draw(t, "set name"), Label: words.Draw(t, "set label"), Counted: words.Draw(t, "counted"), Variables: b.Names()}}
			have[strings.TrimRight(b.Sets[0].Counted, " ")] = true
		}
		if rapid.Bool().Draw(t, "dropped") {
			b.Dropped = []data.Dropped{{Name: words.Draw(t, "dropped name") + "_id", Reason: rapid.SampledFrom([]string{"e-mail addresses", personIDs}).Draw(t, "reason")}}
		}
		title := words.Draw(t, "title")
		source := rapid.SampledFrom([]string{"a.csv", "b c.sav", "yes", "#1.csv", "a: b.csv", `q"uote.csv`, "2010"}).Draw(t, "source")
		text := Draft(&b.Codebook, b.profiles, []string{source, source}, title)
		if !bytes.Equal(text, Draft(&b.Codebook, b.profiles, []string{source, source}, title)) {
			t.Fatal("two drafts of the same export differ")
		}
		s, err := study.Parse("draft.yaml", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if len(s.Sources) != 1 || s.Sources[0].File != source {
			t.Fatalf("sources are %q, want %q", s.Sources, source)
		}
		check := func(column string) {
			if column != "" && b.Variable(column) == nil {
				t.Fatalf("no column %q\n%s", column, text)
			}
		}
		if len(b.Dropped) == 0 || s.Respondent != b.Dropped[0].Name {
			check(s.Respondent)
		}
		for _, c := range []string{s.Wave.Column, s.Design.Weight, s.Design.Strata, s.Design.Cluster, s.Design.FPC} {
			check(c)
		}
		for _, g := range s.Segments {
			check(g.Column)
		}
		for _, q := range s.Questions {
			if q.Loop == "" {
				check(q.Column)
			}
			for _, c := range q.Columns {
				check(c)
			}
			for _, c := range slices.Concat(q.Codes, q.DontKnow, q.Missing) {
				if !have[c.Code] && c.Code != q.Other {
					t.Fatalf("question %s: nobody has the code %q\n%s", q.Name, c.Code, text)
				}
			}
		}
	})
}

// TestOpenAnswers: sentences that hold a semicolon are no list of answers.
func TestOpenAnswers(t *testing.T) {
	b := &book{}
	var said []data.Count
	for i := range 20 {
		said = append(said, data.Count{Code: fmt.Sprintf("my name is %d; I live in street %d", i, i), N: 1})
	}
	b.add(data.Variable{Name: "why", Type: data.Text}, 40, said...)
	if _, text := b.draft(t); strings.Contains(text, "street") {
		t.Errorf("the draft holds what people wrote:\n%s", text)
	}
}

// BenchmarkWide drafts an export of 5000 columns.
func BenchmarkWide(bm *testing.B) {
	b := &book{}
	for i := range 5000 {
		b.add(data.Variable{Name: fmt.Sprintf("q%d_%d", i/10, i%10), Label: fmt.Sprintf("Question %d: item %d", i/10, i%10), Type: data.Text}, 0,
			data.Count{Code: "Agree", N: 50}, data.Count{Code: "Disagree", N: 50}, data.Count{Code: "Neither", N: 50})
	}
	for bm.Loop() {
		Draft(&b.Codebook, b.profiles, []string{"a.csv"}, "Wide")
	}
}

// Answers are in the order of their numbers, those without one behind; where few have
// one, as in names, they stay as they are.
func TestByNumbers(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1-3 years|< 1 years|3-5 years|I have never written code|20+ years", "< 1 years|1-3 years|3-5 years|20+ years|I have never written code"},
		{"$1,000-1,999|$0-999|>$1,000,000|$500,000-999,999", "$0-999|$1,000-1,999|$500,000-999,999|>$1,000,000"},
		{"Yes|No, since 2019|No", "Yes|No, since 2019|No"},
	} {
		var list []option
		for _, code := range strings.Split(c.in, "|") {
			list = append(list, option{code: code})
		}
		var got []string
		for _, o := range byNumbers(list) {
			got = append(got, o.code)
		}
		if g := strings.Join(got, "|"); g != c.want {
			t.Errorf("%s: got %s, want %s", c.in, g, c.want)
		}
	}
}
