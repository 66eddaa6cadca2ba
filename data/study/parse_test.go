package study

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

// every is a study file that uses every key and every form.
const every = `study: State of personal data
population: online adults
client: A client
fielded: 2024-01-05
mode: online
sample: quota
contact: someone@example.org
notes:
  - First remark.
  - Second remark.
simulated: true
probability: false
sources: [a.sav, {file: "b*.csv", rename: {q7_new: q7}, recode: {q7: {1: 5, a: "1"}}}]
respondent: resp_id
wave: {column: wave, labels: {1: Spring, 2: Autumn}, report: latest}
keep: [resp_id]
design: {weight: w, strata: s, cluster: psu, fpc: n, lonely: adjust}
weighting:
  rake:
    sex: {1: 48.5, 2: 51.5}
    phase*sex: {Young: {1: 0.2, 2: 0.3}, Older: {1: 0.25, 2: 0.25}}
  trim: 4.5
segments:
  sex: sex
  gender: {from: sex, label: Gender, codes: {1: Man, 2: Woman}}
  age: {from: age, bands: [-17, 18-24, "25 – 34", 35, 65+], label: Age}
  phase: {from: age, bands: {Young: 18-34, Older: 35+}, banner: false}
  region: {from: region, nets: {North: [1, 2], South: 3}}
  industry: {loop: industry, items: {telecoms: Telecoms, banks: Banks}}
  age_by_sex: age*sex
  phase_by_sex: {nest: [phase, sex], label: Phase by sex}
questions:
  comfort: {column: q1, text: How comfortable?, measures: expectation, scale: [1, 2, 3.0, 4, 05, "6.0"], missing: 98, dont_know: {99: Don't know}, top: 2, bottom: 1}
  worry: {columns: [a, b], type: multi, measures: concern, yes: 1, items: {a: Tracked}}
  share: {columns: "q9_{industry}_{item}", type: multi, loop: industry, measures: sharing, items: [location, card]}
  expects: {columns: "q7_{industry}", loop: industry, top: 2}
  battery: {columns: "q5_{item}", items: {1: One, 2: }, scale: {1: Low, 2: Mid, 3: High}, top: 1, scores: {1: 0, 2: 33.3, 3: -1}}
  likes: {column: q8, separator: ";", answers: {1: A, 2: B}, other: 2, nets: {Any: [1, 2]}}
  trust: {column: q3, type: number, unit: points}
  rent: {column: rent, unit: euro, base: All who rent}
  owner: {column: q4, answers: [TRUE, "FALSE", 2024-01-01, 1e3], base: {text: "All who ..", where: {owns: [1, 2], dem.age: 18}}}
tests: {strict: 0.01, loose: 0.05, base: 50, low: 75}
protect: {group: 20, answer: 3}
`

func TestParse(t *testing.T) {
	got, err := Parse("some/where/wave 2.yaml", []byte(every))
	if err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	want := &Study{
		Name: "wave 2", Path: "some/where/wave 2.yaml",
		Title: "State of personal data", Population: "online adults", Client: "A client",
		Fielded: "2024-01-05", Mode: "online", Sample: "quota", Contact: "someone@example.org",
		Notes: []string{"First remark.", "Second remark."}, Simulated: true,
		Sources:    []Source{{File: "a.sav"}, {File: "b*.csv", Rename: map[string]string{"q7_new": "q7"}, Recode: map[string]map[string]string{"q7": {"1": "5", "a": "1"}}}},
		Respondent: "resp_id",
		Wave:       Wave{Column: "wave", Labels: []Code{{"1", "Spring"}, {"2", "Autumn"}}, Report: "latest"},
		Design:     Design{Weight: "w", Strata: "s", Cluster: "psu", FPC: "n", Lonely: "adjust"},
		Keep:       []string{"resp_id"},
		Weighting: Weighting{Trim: 4.5, Rake: []Margin{
			{"sex", []string{"sex"}, []Target{{[]string{"1"}, 48.5}, {[]string{"2"}, 51.5}}},
			{"phase*sex", []string{"phase", "sex"}, []Target{
				{[]string{"Young", "1"}, 0.2}, {[]string{"Young", "2"}, 0.3}, {[]string{"Older", "1"}, 0.25}, {[]string{"Older", "2"}, 0.25}}}}},
		Segments: []Segment{
			{Name: "sex", Column: "sex", Banner: true},
			{Name: "gender", Label: "Gender", Column: "sex", Codes: []Code{{"1", "Man"}, {"2", "Woman"}}, Banner: true},
			{Name: "age", Label: "Age", Column: "age", Banner: true, Bands: []Band{
				{"up to 17", -inf, 17}, {"18-24", 18, 24}, {"25 – 34", 25, 34}, {"35", 35, 35}, {"65+", 65, inf}}},
			{Name: "phase", Column: "age", Bands: []Band{{"Young", 18, 34}, {"Older", 35, inf}}},
			{Name: "region", Column: "region", Nets: []Net{{"North", []string{"1", "2"}}, {"South", []string{"3"}}}, Banner: true},
			{Name: "industry", Loop: "industry", Items: []Code{{"telecoms", "Telecoms"}, {"banks", "Banks"}}, Banner: true},
			{Name: "age_by_sex", Nest: []string{"age", "sex"}, Banner: true},
			{Name: "phase_by_sex", Label: "Phase by sex", Nest: []string{"phase", "sex"}, Banner: true},
		},
		Questions: []Question{
			{Name: "comfort", Text: "How comfortable?", Type: Scale, Measures: "expectation", Column: "q1", Ordered: true,
				Codes:   []Code{{Code: "1"}, {Code: "2"}, {Code: "3"}, {Code: "4"}, {Code: "05"}, {Code: "6.0"}},
				Missing: []Code{{Code: "98"}}, DontKnow: []Code{{"99", "Don't know"}}, Top: 2, Bottom: 1},
			{Name: "worry", Type: Multi, Measures: "concern", Columns: []string{"a", "b"}, Yes: []string{"1"}, Items: []Code{{"a", "Tracked"}}},
			{Name: "share", Type: Multi, Measures: "sharing", Column: "q9_{industry}_{item}", Loop: "industry", Items: []Code{{Code: "location"}, {Code: "card"}}},
			{Name: "expects", Type: Scale, Ordered: true, Column: "q7_{industry}", Loop: "industry", Top: 2},
			{Name: "battery", Type: Grid, Ordered: true, Column: "q5_{item}", Items: []Code{{"1", "One"}, {Code: "2"}},
				Codes: []Code{{"1", "Low"}, {"2", "Mid"}, {"3", "High"}}, Top: 1, Scores: map[string]float64{"1": 0, "2": 33.3, "3": -1}},
			{Name: "likes", Type: Multi, Column: "q8", Separator: ";", Codes: []Code{{"1", "A"}, {"2", "B"}}, Other: "2", Nets: []Net{{"Any", []string{"1", "2"}}}},
			{Name: "trust", Type: Number, Column: "q3", Unit: "points"},
			{Name: "rent", Type: Number, Column: "rent", Unit: "euro", Base: Base{Text: "All who rent"}},
			{Name: "owner", Type: Single, Column: "q4", Codes: []Code{{Code: "TRUE"}, {Code: "FALSE"}, {Code: "2024-01-01"}, {Code: "1e3"}},
				Base: Base{Text: "All who ..", Where: []Condition{{"owns", []string{"1", "2"}}, {"dem.age", []string{"18"}}}}},
		},
		Tests:   Tests{Strict: 0.01, Loose: 0.05, Base: 50, Low: 75},
		Protect: Protect{Group: 20, Answer: 3},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Study{})); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

// Files that name their waves make a column of them, in the order of the files
// unless labels say another.
func TestWavesOfFiles(t *testing.T) {
	for in, want := range map[string]Wave{
		"[{file: b.csv, wave: 2025}, {file: a.csv, wave: 2024}]":                             {Column: "wave", Labels: []Code{{Code: "2025"}, {Code: "2024"}}, Report: "all"},
		"[{file: a1.csv, wave: A}, {file: b.csv, wave: B}, {file: a2.csv, wave: A}]":         {Column: "wave", Labels: []Code{{Code: "A"}, {Code: "B"}}, Report: "all"},
		"[{file: a.csv, wave: A}, {file: b.csv, wave: B}]\nwave: {labels: {B: Before, A: }}": {Column: "wave", Labels: []Code{{"B", "Before"}, {Code: "A"}}, Report: "all"},
		"[{file: a.csv, wave: 1}]\nwave: {report: latest}":                                   {Column: "wave", Labels: []Code{{Code: "1"}}, Report: "latest"},
	} {
		s, err := Parse("s.yaml", []byte("study: S\nsources: "+in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if diff := cmp.Diff(want, s.Wave); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

// TestAlias shows that a scale may be written once and used twice.
func TestAlias(t *testing.T) {
	s, err := Parse("s.yaml", []byte("study: S\nsources: a.csv\nquestions:\n  a: {column: a, scale: &agree [1, 2, 3]}\n  b: {column: b, scale: *agree, top: 1}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Questions[0].Codes, s.Questions[1].Codes); diff != "" {
		t.Error(diff)
	}
}

// TestFaults holds, for each slip, where the fault is and how it is worded.
func TestFaults(t *testing.T) {
	head := "study: S\nsources: a.csv\n" // the slips begin on line 3
	for _, tt := range []struct{ name, slip, want string }{
		{"unknown key", "desing: {weight: w}", "3:1: desing is not a setting of this file; is design meant?"},
		{"unknown key, none near", "protect: {threshold: 3}", "3:11: threshold is not a setting of protect; known are group, answer"},
		{"deep unknown key", "questions:\n  a: {colum: q1}", "4:3: a names no column; add column: or columns:\n4:7: colum is not a setting of questions.a; is column meant?"},
		{"set twice", "respondent: a\nrespondent: b", "4:1: respondent is set twice, on line 3 and on line 4; keep one"},
		{"question twice", "questions: {a: {column: x}, a: {column: y}}", "3:29: a is set twice on line 3; keep one"},
		{"code twice", "questions: {a: {column: x, scale: {1: A, 1.0: B}}}", "3:42: 1 is set twice on line 3; keep one"},
		{"code twice in a list", "questions: {a: {column: x, scale: [1, 2, 1]}}", `3:42: "1" stands here twice (first on line 3); keep one`},
		{"no value", "client:", "3:8: there is no value here; write one, or remove the key"},
		{"empty text", `client: ""`, "3:9: the text is empty; write one, or remove the key"},
		{"list for a text", "client: [a]", "3:9: a text is expected here, not a list"},
		{"text for a mapping", "design: weight", "3:9: a design (weight, strata, cluster ...) is expected here, not a single value"},
		{"tag", "client: !!binary aGk=", "3:9: tags (!!binary) are not used in a study file; remove it"},
		{"truth", "simulated: yes", `3:12: "yes" is not true or false (without quotes)`},
		{"measures", "questions: {a: {column: x, measures: consern}}", `3:38: "consern" is not one of expectation, concern, trust, sharing, benefit, communication, control, behaviour, expertise, sensitivity, duration; is concern meant?`},
		{"type", "questions: {a: {column: x, type: likert}}", `3:34: "likert" is not one of single, multi, scale, number, grid`},
		{"lonely", "design: {lonely: centre}", `3:18: "centre" is not one of fail, remove, adjust, average, certainty`},
		{"replicates without a method", "design: {weight: w, replicates: {columns: r1..r4}}", "3:33: method is missing: How they were made. jk1, jk2, jkn: jackknife. brr: balanced half-samples. fay: those of Fay. bootstrap. sdr: successive differences. other: as scale says."},
		{"replicates without a weight", "design: {replicates: {columns: r1..r4, method: brr}}", "3:10: replicate weights belong to a weight; name its column under weight"},
		{"replicates and strata", "design: {weight: w, strata: h, replicates: {columns: r1..r4, method: brr}}", "3:29: replicate weights hold what strata would say of the variance; keep one of them"},
		{"one replicate", "design: {weight: w, replicates: {columns: r1, method: brr}}", "3:43: one replicate has no variance; name all columns"},
		{"no row of columns", "design: {weight: w, replicates: {columns: r1..s4, method: brr}}", `3:43: "r1..s4" is not a row of columns; write the first and the last, which differ in their number: rw_1..rw_80`},
		{"columns backwards", "design: {weight: w, replicates: {columns: r4..r1, method: brr}}", "3:43: 4 to 1 is no row of at most 10000 columns"},
		{"rho of brr", "design: {weight: w, replicates: {columns: r1..r4, method: brr, rho: 0.5}}", "3:69: rho belongs to the method fay, not brr"},
		{"rho of 1", "design: {weight: w, replicates: {columns: r1..r4, method: fay, rho: 1}}", "3:69: 1 is not a number of 0 or more, below 1"},
		{"other without a scale", "design: {weight: w, replicates: {columns: r1..r4, method: other}}", "3:59: of another method the scale is not known; write it under scale"},
		{"jkn without rscales", "design: {weight: w, replicates: {columns: r1..r4, method: jkn}}", "3:59: jkn needs rscales, (n-1)/n of the stratum that each replicate belongs to; for pairs of sampling units the method is jk2"},
		{"fay without rho", "design: {weight: w, replicates: {columns: r1..r4, method: fay}}", "3:59: fay needs rho, the factor that the weights of the other half were multiplied by"},
		{"rscales of 0", "design: {weight: w, replicates: {columns: r1..r2, method: jkn, rscales: [0, 0]}}", "3:64: all rscales are 0, so nothing would have a variance"},
		{"rscales of others", "design: {weight: w, replicates: {columns: r1..r4, method: jkn, rscales: [0.5, 0.5]}}", "3:64: there are 2 rscales for 4 columns; write one for each"},
		{"negative rscales", "design: {weight: w, replicates: {columns: r1..r2, method: jkn, rscales: [0.5, -1]}}", "3:79: -1 is not a number of at least 0"},
		{"margin of nothing", "segments: {age: a}\nweighting: {rake: {agge: {1: 1}}}", `4:20: "agge" is not a segment that is made of a column; is age meant?; add it to segments, with banner: false if no table should show it`},
		{"margin of itself", "segments: {age: a}\nweighting: {rake: {age*age: {1: {1: 1}}}}", "4:20: age is crossed with itself"},
		{"margin not crossed", "segments: {age: a, sex: s}\nweighting: {rake: {age*sex: {1: 1}}}", "4:33: a mapping (key: value) is expected here, not a single value"},
		{"target below zero", "segments: {age: a}\nweighting: {rake: {age: {1: -1}}}", "4:29: -1 is not a number of at least 0"},
		{"trim too low", "segments: {age: a}\nweighting: {rake: {age: {1: 1}}, trim: 1}", "4:40: 1 is not a number above 1"},
		{"raking of replicates", "segments: {age: a}\ndesign: {weight: w, replicates: {columns: r1..r4, method: brr}}\nweighting: {rake: {age: {1: 1}}}", "5:1: weights are raked here and replicates are not; rake before replicates are made, or leave one of them out"},
		{"level as percent", "tests: {strict: 5}", "3:17: 5 is not a level: write the share, such as 0.05 for 5 %"},
		{"levels in the wrong order", "tests: {strict: 0.2}", "3:17: strict (0.2) has to be smaller than loose (0.1)"},
		{"protection too weak", "protect: {group: 2}", `3:18: "2" is not a whole number of at least 3: in a smaller one people can tell what the others said`},
		{"octal", "tests: {base: 012}", `3:15: "012" is not a whole number of at least 2`},
		{"bad name", "segments: {2nd: sex}", `3:12: "2nd" cannot be a name: begin with a letter and use letters, digits and _ only; label or text holds the words`},
		{"band", "segments: {age: {from: age, bands: [18 to 24]}}", `3:37: "18 to 24" is not a band; write 18-24, 65+ for 65 and over, or -17 for 17 and under`},
		{"bands overlap", "segments: {age: {from: age, bands: [18-25, 25-34]}}", "3:44: the bands 18-25 and 25-34 overlap: both ends of a band are inside"},
		{"bands out of order", "segments: {age: {from: age, bands: [25-34, 18-24]}}", "3:44: the band 18-24 stands after 25-34; bands run upwards"},
		{"band backwards", "segments: {age: {from: age, bands: {Young: 24-18}}}", "3:44: the band Young ends before it begins"},
		{"two origins", "segments: {age: {from: age, loop: age}}", "3:12: age is made of a column (from), a loop, or a nest: one of them"},
		{"no origin", "segments: {age: {label: Age}}", "3:12: age needs from: a column, loop: a loop, or nest: segments to cross"},
		{"two ways of grouping", "segments: {age: {from: age, codes: [1], nets: {A: [1]}}}", "3:41: the groups are already told by codes; use one of bands, codes and nets"},
		{"nets overlap", "segments: {r: {from: r, nets: {A: [1, 2], B: [2]}}}", "3:47: code 2 is also in A; a respondent stands in one group of a segment"},
		{"items without a loop", "segments: {r: {from: r, items: [1]}}", "3:25: items belong to a loop; the groups of a column are bands, codes or nets"},
		{"loop by another name", "segments: {branch: {loop: industry}}", "3:27: the segment of a loop bears the loop's name: call it industry, or write loop: branch"},
		{"nest of nobody", "segments: {age: age, both: age*country}", `3:28: no segment is called "country"; a nest is made of segments of this file, and a column whose own name has a * is written {from: ".."}`},
		{"nest misspelt", "segments: {region: r, age: a, both: {nest: [regoin, age]}}", `3:45: no segment is called "regoin"; is region meant?; a nest is made of segments of this file, and a column whose own name has a * is written {from: ".."}`},
		{"nest of itself", "segments: {age: a, both: age*age}", "3:26: age is crossed with itself"},
		{"nest of a nest", "segments: {a: a, b: b, c: a*b, d: a*c}", "3:35: c is a nest itself; write out the segments that it crosses"},
		{"top too large", "questions: {a: {column: x, scale: [1, 2, 3], top: 3}}", "3:51: a net of 3 is not smaller than the scale, which has 3 answers"},
		{"top and bottom overlap", "questions: {a: {column: x, scale: [1, 2, 3, 4, 5], top: 3, bottom: 4}}", "3:68: the top 3 and the bottom 4 of 5 answers overlap; make one of them smaller"},
		{"weight that is the respondent", "respondent: id\ndesign: {weight: id}", "4:18: column id is the id of respondents already; name the column that holds the weights"},
		{"weight that is the wave", "wave: w\ndesign: {weight: w}", "4:18: column w is the wave already; name the column that holds the weights"},
		{"weight that is the stratum", "design: {weight: w, strata: w}", "3:18: column w is the stratum already; name the column that holds the weights"},
		{"weight that is the cluster", "design: {weight: w, cluster: w}", "3:18: column w is the cluster already; name the column that holds the weights"},
		{"resigned without a top", "questions: {a: {column: x, scale: [1, 2], resigned: true}}", "3:53: resigned says whose answers the top ones are; add top: to a scale, or nets:"},
		{"top of a single", "questions: {a: {column: x, type: single, top: 2}}", "3:47: type single: only a scale has a top; write the answers as scale, lowest first, or use nets"},
		{"scale and answers", "questions: {a: {column: x, scale: [1, 2], answers: [3]}}", "3:43: a question has a scale or answers, not both: scale where they run from low to high"},
		{"number with answers", "questions: {a: {column: x, type: number, answers: [1]}}", "3:42: type number: a number has no answers; codes that are no answer go under missing"},
		{"single with columns", "questions: {a: {columns: [x, y], type: single}}", "3:17: type single is one column; type: grid is several items on the same answers"},
		{"grid of one column", "questions: {a: {column: x, type: grid}}", "3:25: a grid has several columns: list them, or write a pattern with {item}"},
		{"column and columns", "questions: {a: {column: x, columns: [y]}}", "3:28: a question has column or columns, not both"},
		{"other that is no answer", "questions: {a: {column: x, answers: [1, 2], other: 3}}", "3:52: 3 is not one of the answers"},
		{"other of a scale", "questions: {a: {column: x, scale: [1, 2], other: 2}}", "3:50: type scale: only a list of answers has one as which other texts count"},
		{"multi without separator", "questions: {a: {column: x, type: multi}}", `3:25: a multi in one column needs a separator (separator: ";"), or list its columns`},
		{"multi with answers", "questions: {a: {columns: [x, y], type: multi, answers: [1]}}", "3:47: every answer has its own column here; their words go under items"},
		{"loop that is not there", `questions: {a: {columns: "q_{industry}", loop: industry}}`, "3:48: no segment is the loop industry; add it to segments: industry: {loop: industry}"},
		{"loop not in the columns", "segments: {i: {loop: i}}\nquestions: {a: {column: q, loop: i}}", "4:25: the question is asked in the loop i, so its columns need {i} where they differ"},
		{"pattern without items", `questions: {a: {columns: "q_{item}"}}`, "3:26: the pattern has {item}, so the question needs items: what stands there, with its words"},
		{"pattern of nothing", `questions: {a: {columns: "q_{itm}"}}`, "3:26: {itm} is neither {item} nor the name of a loop; is item meant?; a column whose own name has braces goes into a list: columns: [..]"},
		{"item of no column", "questions: {a: {columns: [x_1, x_2], type: multi, items: {x_1: A, x_3: B}}}", "3:72: x_3 is not one of the question's columns; is x_1 meant?"},
		{"net of no code", "questions: {a: {column: x, answers: [1, 2], nets: {N: [1, 7]}}}", "3:59: code 7 is not one of the answers"},
		{"net of missing", "questions: {a: {column: x, answers: [1, 2], missing: [9], nets: {N: [1, 9]}}}", "3:73: code 9 is declared missing; a net is made of answers"},
		{"missing is an answer", "questions: {a: {column: x, scale: [1, 2, 9], missing: [9]}}", "3:56: code 9 is already under scale; an answer is one or the other"},
		{"score of no code", "questions: {a: {column: x, scale: [1, 2, 3], scores: {4: 1}}}", "3:58: code 4 is not one of the answers"},
		{"score is no number", "questions: {a: {column: x, scale: [1, 2, 3], scores: {1: high}}}", `3:58: "high" is not a number (digits, and a point for decimals)`},
		{"source twice", "notes: [a, b, a]", `3:15: "a" stands here twice (first on line 3); keep one`},
		{"merge key", "questions: {a: &a {column: a}, b: {<<: *a}}", "3:32: b names no column; add column: or columns:\n3:36: << is not a setting of questions.b; known are column, columns, text, label, type, measures, items, loop, scale, answers, yes, separator, other, missing, dont_know, scores, unit, top, bottom, nets, base, randomized, resigned"},
		{"tab", "segments:\n\tsex: sex", "4:1: the line is indented with a tab, which YAML does not allow; use spaces"},
		{"braces", "questions:\n  a: {columns: q_{item}, type: multi}", `4:18: not valid YAML here; put quotes around a pattern with braces: "q7_{industry}"`},
		{"second colon", "client: a: b", "3:10: not valid YAML: a second colon on the line; put quotes around a text that holds a colon"},
		{"at sign", "client: @home", "3:9: not valid YAML: this character cannot begin a value; put quotes around the text"},
		{"open quotes", "client: 'abc", "3:9: not valid YAML: the quotes that open here are not closed"},
		{"no anchor", "client: *who", "3:9: a value that begins with * refers to an anchor (&name), and there is none of that name; put quotes around a text"},
		{"no UTF-8", "client: caf\xe9", "3:12: this byte is no UTF-8 text; save the study file as UTF-8"},
		{"second document", "---\nstudy: T", "the file holds several documents (---); a study is one: remove the others"},
		{"unfolds into itself", "notes: &a [*a]", "3:12: aliases (*a) unfold this file to more than 20000 entries, or into themselves; write the values out"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Parse("dir/s.yaml", []byte(head+tt.slip+"\n"))
			if got := firstLines(t, err); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// firstLines are the faults without the file's name and the snippets.
func firstLines(t *testing.T, err error) string {
	t.Helper()
	if !data.IsStudy(err) {
		t.Fatalf("%v is not a fault of the study file", err)
	}
	var out []string
	for _, f := range err.(data.Faults) {
		line, _, _ := strings.Cut(f.Error(), "\n")
		line = strings.TrimPrefix(line, "s.yaml:")
		out = append(out, strings.TrimPrefix(line, " "))
	}
	return strings.Join(out, "\n")
}

// TestRequired shows that what is missing is named with its meaning.
func TestRequired(t *testing.T) {
	for in, want := range map[string]string{
		"":            "the study file is empty; draft one with report init",
		"# nothing\n": "the study file is empty; draft one with report init",
		"- a\n":       "1:1: a study (study, sources, segments, questions ...) is expected here, not a list",
		"client: a\n": "1:1: study is missing: Title of the report.\n1:1: sources is missing: Export files or globs, relative to this file; several are pooled.",
	} {
		_, err := Parse("s.yaml", []byte(in))
		if got := firstLines(t, err); got != want {
			t.Errorf("%q: got\n%s\nwant\n%s", in, got, want)
		}
	}
}

// TestAllAtOnce shows that faults come together, in file order, with the part
// of the study that is sound.
func TestAllAtOnce(t *testing.T) {
	s, err := Parse("s.yaml", []byte(`study: S
sources: a.csv
protect: {group: 1}
segments:
  sex: sex
questions:
  good: {column: q1, scale: [1, 2, 3]}
  bad: {column: q2, scale: [1, 2, 3], top: 5}
wieght: w
`))
	want := `s.yaml:3:18: "1" is not a whole number of at least 3: in a smaller one people can tell what the others said
  3 | protect: {group: 1}
                       ^
s.yaml:8:44: a net of 5 is not smaller than the scale, which has 3 answers
  8 |   bad: {column: q2, scale: [1, 2, 3], top: 5}
                                                 ^
s.yaml:9:1: wieght is not a setting of this file; known are study, population, client, fielded, mode, sample, contact, notes, policy, simulated, probability, sources, respondent, wave, filter, keep, design, weighting, segments, questions, tests, protect
  9 | wieght: w
      ^`
	if got := err.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if s == nil || len(s.Questions) != 2 || s.Questions[1].Column != "q2" || s.Segments[0].Column != "sex" {
		t.Errorf("the sound part is not there: %+v", s)
	}
}

// TestFault shows where faults that are found against the data fall.
func TestFault(t *testing.T) {
	s, err := Parse("x/s.yaml", []byte(every))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(every, "\n")
	for path, at := range map[string]string{
		"wave":                               "{column: wave",
		"wave.column":                        "wave, labels",
		"design.weight":                      "w, strata",
		"segments.sex":                       "sex",
		"segments.sex.from":                  "sex",
		"segments.gender.column":             "sex, label: Gender",
		"segments.age.bands":                 "bands: [-17",
		"segments.age.bands.65+":             "65+]",
		"questions.worry.columns.b":          "b], type",
		"questions.worry.column":             "columns: [a",
		"questions.expects.column":           `"q7_{industry}"`,
		"questions.owner.base.where.owns":    "owns: [1",
		"questions.owner.base.where.dem.age": "18}",
		"questions.comfort.nothing":          "comfort",
		"questions.comfort.scale.2":          "2, 3.0",
		"sources.b*.csv":                     `{file: "b*.csv"`,
	} {
		f := s.Fault(path, "column %q is not there", "x")
		if f.Row == 0 {
			t.Errorf("%s: no place", path)
			continue
		}
		col := s.Place(path).Column
		rest := string([]rune(lines[f.Row-1])[col-1:])
		// wave and where are mappings, which are marked at their keys.
		if path == "wave" {
			at = "wave:"
		}
		if !strings.HasPrefix(rest, at) {
			t.Errorf("%s: placed at %q, want %q", path, rest, at)
		}
		if !strings.HasPrefix(f.Found, `column "x" is not there`) || f.File != "s.yaml" || !f.Study {
			t.Errorf("%s: %+v", path, f)
		}
	}
	drafted := &Study{}
	if f := drafted.Fault("wave", "x"); f.Row != 0 || f.Found != "x" {
		t.Errorf("a study without a file: %+v", f)
	}
}

// TestSnippet shows that a long line is cut around the place.
func TestSnippet(t *testing.T) {
	_, err := Parse("s.yaml", []byte("study: S\nsources: a.csv\nclient: "+strings.Repeat("a", 200)+": b\n"))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || len(lines[1]) > snippetWidth+10 {
		t.Fatalf("got %q", lines)
	}
	if caret := strings.IndexByte(lines[2], '^'); lines[1][caret] != ':' {
		t.Errorf("the caret stands under %q:\n%s", lines[1][caret], err)
	}
}

func TestFolderName(t *testing.T) {
	for in, want := range map[string]string{
		"a/b/Wave 2.yaml": "Wave 2", "../..": "study", "CON:x.yml": "CON_x", ".yaml": "study", "a\nb.yaml": "a_b", "naïve.yaml": "naïve",
	} {
		if got := folderName(in); got != want {
			t.Errorf("folderName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	columns := []string{"resp_id", "q1_comfort", "q2_track", "weight", "region", "wave"}
	for in, want := range map[string]string{
		"q1_confort": "q1_comfort", "wieght": "weight", "regoin": "region", "wawe": "wave", "REGION": "region", "income": "", "": "",
	} {
		if got := Nearest(in, columns); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestBadInputs reads the study files among the bad inputs: what is wrong is
// said as their manifest asks.
func TestBadInputs(t *testing.T) {
	dir := sharedtest.Path(t, "badinputs")
	for name, want := range map[string][]string{
		"study.yaml":                nil,
		"y01_alias_bomb.yaml":       {"aliases"},
		"y02_misspelt_key.yaml":     {"y02_misspelt_key.yaml:7:10: wieght is not a setting of design; is weight meant?"},
		"y03_key_twice.yaml":        {"respondent is set twice, on line 5 and on line 17"},
		"y04_tab_indent.yaml":       {"y04_tab_indent.yaml:9:1: the line is indented with a tab"},
		"y05_column_not_there.yaml": {"threshold is not a setting of protect"},
		"y06_three_faults.yaml":     {"y06_three_faults.yaml:13:100: a net of 9 is not smaller than the scale"},
	} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse(name, b)
		if want == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s: got %v, want %q", name, err, w)
			}
		}
		if strings.HasPrefix(name, "y05") || strings.HasPrefix(name, "y06") {
			// The columns are looked for in the data, and these faults join the others.
			f := s.Fault("questions.comfort.column", "x")
			if f.Row != 13 || f.Column != "21" {
				t.Errorf("%s: the column is placed at %d:%s", name, f.Row, f.Column)
			}
		}
	}
}

// FuzzParse shows that no text makes the reader panic, and that a study comes
// without faults or with places.
func FuzzParse(f *testing.F) {
	f.Add([]byte(every))
	f.Add([]byte("study: &a [*a]\n? {a: b}\n: c\nsegments: {a: !x b, <<: *a}"))
	f.Add([]byte("study: S\nsources: [~]\nquestions: {a: {columns: \"{item}{item}\", items: {~: ~}}}"))
	for _, b := range readertest.Seeds(f, ".yaml") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Parse("f.yaml", b)
		if err == nil && s == nil {
			t.Fatal("neither a study nor a fault")
		}
		if err != nil && !data.IsStudy(err) {
			t.Fatalf("%v is not a fault of the study file", err)
		}
	})
}

// Replicate weights are a list of columns, or the first and the last.
func TestReplicates(t *testing.T) {
	for text, want := range map[string]Replicates{
		"{columns: rw_1..rw_3, method: brr}":                                                {Columns: []string{"rw_1", "rw_2", "rw_3"}, Method: "brr"},
		"{columns: rw08..rw11, method: fay, rho: 0.3, mse: true}":                           {Columns: []string{"rw08", "rw09", "rw10", "rw11"}, Method: "fay", Rho: 0.3, MSE: true},
		"{columns: [a, b], method: jkn, rscales: [0.5, 1], df: 7}":                          {Columns: []string{"a", "b"}, Method: "jkn", RScales: []float64{0.5, 1}, DF: 7},
		"{columns: [a, b], method: other, scale: 0.25, multipliers: true, rscales: [1, 1]}": {Columns: []string{"a", "b"}, Method: "other", Scale: 0.25, Multipliers: true, RScales: []float64{1, 1}},
	} {
		got, err := Parse("s.yaml", []byte("study: S\nsources: a.csv\ndesign: {weight: w, replicates: "+text+"}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Design.Replicates); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}
