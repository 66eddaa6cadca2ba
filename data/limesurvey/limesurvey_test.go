package limesurvey

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
	"tradeoff/data/readertest"
	"tradeoff/internal/sharedtest"
)

type files map[string]string

// input is a questionnaire with files beside it.
func input(questionnaire string, beside files) *data.Input {
	in := data.FromBytes("folder", nil).Inside("q.lss", strings.NewReader(questionnaire), int64(len(questionnaire)), func(name string) (*data.Input, error) {
		content, ok := beside[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return data.FromBytes(name, []byte(content)), nil
	})
	in.Path = "q.lss"
	return in
}

// rows is a table: names of columns, then values, "|" between them.
func rows(table, names string, values ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<%s><fields/><rows>", table)
	for _, v := range values {
		b.WriteString("<row>")
		cells := strings.Split(v, "|")
		for i, n := range strings.Split(names, "|") {
			fmt.Fprintf(&b, "<%s><![CDATA[%s]]></%s>", n, cells[i], n)
		}
		b.WriteString("</row>")
	}
	fmt.Fprintf(&b, "</rows></%s>", table)
	return b.String()
}

func document(tables ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>261</DBVersion>` + strings.Join(tables, "") + "</document>"
}

// old is a survey of ours in the form until version 3, modern the same in the form since.
func old() string {
	return document(rows("answers", "qid|code|answer|sortorder|language|scale_id",
		"1|A2|<p>A <b>little</b></p>|2|en|0", "1|A1|Not at&nbsp;all|1|en|0", "1|A1|Gar nicht|1|de|0",
		"4|1|Disagree|1|en|0", "4|2|Agree|2|en|0", "6|a|Now|1|en|0", "6|x|Then|1|en|1", "8|r1|Price|1|en|0", "8|r2|Privacy|2|en|0"),
		rows("questions", "qid|parent_qid|type|title|question|other|question_order|language",
			"1|0|L|trust|Wie sehr?|Y|1|de", "1|0|L|trust|How far do you <script>x()</script>trust us?|Y|1|en", "2|0|M|seen|What have you seen?|Y|2|en", "3|0|Y|mind|Do you mind?|N|3|en",
			"4|0|F|att|What do you think?|N|4|en", "5|0|;|tab|Table|N|5|en", "6|0|1|dual|Dual|N|6|en", "7|0|5|five|Five|N|7|en", "8|0|R|rank|Rank these|N|8|en", "9|0|X|end|Thanks|N|9|en", "10|0|O|opt|Option|N|10|en"),
		rows("subquestions", "qid|parent_qid|type|title|question|other|question_order|language|scale_id",
			"22|2|T|SQ002|A film|N|2|en|0", "21|2|T|SQ001|A poster|N|1|en|0", "41|4|T|a1|Ads are fine|N|1|en|0", "51|5|T|y|Row|N|1|en|0", "52|5|T|x|Col|N|1|en|1", "61|6|T|d|Thing|N|1|en|0"),
		rows("surveys", "sid|language|additional_languages", "7|en|de"))
}

func modern() string {
	return document(rows("answers", "aid|qid|code|sortorder|scale_id", "1|1|A2|2|0", "2|1|A1|1|0"),
		rows("answer_l10ns", "id|aid|answer|language", "1|1|<p>A <b>little</b></p>|en", "2|2|Gar nicht|de", "3|2|Not at&nbsp;all|en"),
		rows("questions", "qid|parent_qid|type|title|other|question_order", "1|0|L|trust|Y|1", "2|0|M|seen|Y|2"),
		rows("question_l10ns", "id|qid|question|language", "1|1|Wie sehr?|de", "2|1|How far do you trust us?|en", "3|2|What have you seen?|en", "4|21|A poster|en", "5|22|A film|en"),
		rows("subquestions", "qid|parent_qid|type|title|other|question_order|scale_id", "22|2|T|SQ002|N|2|0", "21|2|T|SQ001|N|1|0"),
		rows("surveys", "sid|language|additional_languages", "7|en|de"))
}

func codes(pairs ...string) (labels []data.ValueLabel) {
	for i := 0; i < len(pairs); i += 2 {
		labels = append(labels, data.ValueLabel{Code: pairs[i], Label: pairs[i+1]})
	}
	return labels
}

// Columns are found under each kind of heading that LimeSurvey writes (Writer.php,
// getHeadingCode and getHeadingText), and answers by code or by word; both forms of the
// questionnaire say the same.
func TestHeadingsAndAnswers(t *testing.T) {
	trust := data.Variable{Label: "How far do you trust us?", Type: data.Text, Level: data.Nominal, Labels: codes("A1", "Not at all", "A2", "A little", "-oth-", "Other")}
	words := trust
	words.Labels = codes("Not at all", "Not at all", "A little", "A little", "Other", "Other")
	poster := data.Variable{Label: "What have you seen? [A poster]", Type: data.Text, Level: data.Nominal, Labels: codes("Y", "Yes", "N", "Not selected")}
	ticks := poster
	ticks.Type, ticks.Labels = data.Number, codes("1", "Yes", "0", "Not selected")
	other := data.Variable{Label: "How far do you trust us? [Other]", Type: data.Text}
	for what, c := range map[string]struct {
		csv  string
		want []data.Variable
	}{
		"codes":           {"trust,trust[other],seen[SQ001]\nA1,,Y\n-oth-,why,N\n", []data.Variable{trust, other, poster}},
		"expression":      {"trust,trust_other,seen_SQ001\nA1,,1\nA2,x,0\n", []data.Variable{trust, other, ticks}},
		"codes and texts": {"trust. How far do you trust us?,\"trust[other]. How far do you trust us? [Other]\",seen[SQ001]. What have you seen? [A poster]\nA1,,Y\nA2,x,\n", []data.Variable{trust, other, poster}},
		"texts":           {"How far do you trust us?,How far do you trust us? [Other],What have you seen? [A poster]\nA little,,Y\nOther,x,N\n", []data.Variable{words, other, poster}},
	} {
		for form, questionnaire := range map[string]string{"old": old(), "modern": modern()} {
			s, err := Open(input(questionnaire, files{"results-survey7.csv": c.csv}))
			if err != nil {
				t.Fatal(what, err)
			}
			var got []data.Variable
			for _, v := range s.Codebook.Variables {
				v.Name = ""
				got = append(got, v)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s, %s:\n%s", what, form, diff)
			}
			name := s.Codebook.Variables[2].Name
			if diff := cmp.Diff([]data.Set{{Name: "seen", Label: "What have you seen?", Counted: s.Codebook.Variables[2].Labels[0].Code, Variables: []string{name}}}, s.Codebook.Sets); diff != "" {
				t.Errorf("%s, %s:\n%s", what, form, diff)
			}
		}
	}
}

// Every kind of question has its columns.
func TestKinds(t *testing.T) {
	const head = "id,mind,att[a1],tab[y_x],dual[d][1],dual[d][2],five,rank[1],rank[2],opt,opt[comment],seen[SQ002],seen[other],later\n"
	s, err := Open(input(old(), files{"q.csv": head + "1,N,2,yes,a,x,3,r2,r1,c,d,Y,book,5\n2,Y,1,,a,x,1,r1,,c,,,,6\n"}))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, v := range s.Codebook.Variables {
		got[v.Name] = v.Label
		for _, l := range v.Labels {
			got[v.Name] += "; " + l.Code + "=" + l.Label
		}
	}
	want := map[string]string{"id": "", "mind": "Do you mind?; Y=Yes; N=No", "att[a1]": "What do you think? [Ads are fine]; 1=Disagree; 2=Agree", "tab[y_x]": "Table [Row][Col]",
		"dual[d][1]": "Dual [Thing][Scale 1]; a=Now", "dual[d][2]": "Dual [Thing][Scale 2]; x=Then", "five": "Five", "rank[1]": "Rank these [Rank 1]; r1=Price; r2=Privacy",
		"rank[2]": "Rank these [Rank 2]; r1=Price; r2=Privacy", "opt": "Option", "opt[comment]": "Option [Comment]", "seen[SQ002]": "What have you seen? [A film]; Y=Yes; N=Not selected",
		"seen[other]": "What have you seen? [Other]", "later": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	notes := []string{"q.lss: texts are read in en; those in de are not.",
		"q.lss: boxes that are not ticked are empty in q.csv, so that nothing ticked and not asked look alike: seen; export with N converted to have them told apart.",
		"q.lss: columns of q.csv that the questionnaire does not have are read as they look: later.",
		"q.lss: questions that q.csv has no column of: trust, trust[other], seen[SQ001].",
		"q.lss: columns of q.csv whose answers are neither codes nor words of the questionnaire have no labels: opt."}
	if diff := cmp.Diff(notes, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
}

// Words that are not in the questionnaire are those of the survey's language: as codes
// become labels, and as words of an export.
func TestWordsOfTheLanguage(t *testing.T) {
	for _, c := range []struct{ language, csv, mind, seen, counted string }{
		{"de", "mind,seen[SQ001]\nY,Y\nN,N\n", "Y=Ja; N=Nein", "Y=Ja; N=Nein", "Y"},
		{"de", "mind,seen[SQ001]\nJa,Nein\nNein,Ja\n", "Ja=Ja; Nein=Nein", "Ja=Ja; Nein=Nein", "Ja"},
		{"de", "mind,seen[SQ001]\nYes,No\nNo,Yes\n", "Yes=Ja; No=Nein", "Yes=Ja; No=Nein", "Yes"},
		{"de", "mind,seen[SQ001]\n1,0\n2,1\n", "1=Ja; 2=Nein", "1=Ja; 0=Nein", "1"},
		{"pl", "mind,seen[SQ001]\ntak,nie\nnie,tak\n", "tak=Tak; nie=Nie", "tak=Tak; nie=Nie", "tak"},
		{"xx", "mind,seen[SQ001]\nYes,No\nNo,Yes\n", "Yes=Yes; No=No", "Yes=Yes; No=Not selected", "Yes"},
	} {
		q := strings.ReplaceAll(strings.ReplaceAll(old(), "[en]", "["+c.language+"]"), ">en<", ">"+c.language+"<")
		s, err := Open(input(q, files{"q.csv": c.csv}))
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{c.mind, c.seen} {
			var got []string
			for _, l := range s.Codebook.Variables[i].Labels {
				got = append(got, l.Code+"="+l.Label)
			}
			if g := strings.Join(got, "; "); g != want {
				t.Errorf("%s: %q gives %s, want %s", c.language, c.csv, g, want)
			}
		}
		if len(s.Codebook.Sets) != 1 || s.Codebook.Sets[0].Counted != c.counted {
			t.Errorf("%s: %q: sets %+v", c.language, c.csv, s.Codebook.Sets)
		}
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		questionnaire string
		beside        files
		want          string
	}{
		{old(), nil, "q.lss: its data file is not there: looked in the folder of the definition for q.csv, q.csv.gz, q.txt, q.txt.gz, q.tsv, q.tsv.gz, results-survey7.csv"},
		{old(), files{"q.csv": "trust\nA1\n", "results-survey7.csv": "trust\nA2\n"}, "q.lss: it may describe q.csv or results-survey7.csv, which both lie beside it"},
		{old(), files{"q.csv": "x,y\n1,2\n"}, "q.lss: no column of q.csv is one of its questions"},
		{old(), files{"q.csv": ""}, "q.lss: its data file q.csv is empty"},
		{document(), files{"q.csv": "x\n1\n"}, "q.lss: it has no question"},
		{strings.Replace(old(), "Survey</Lime", "Group</Lime", 1), nil, `q.lss: it holds no survey but a "Group" of one`},
		{old()[:900], nil, "q.lss:1: the XML ends here"},
	} {
		_, err := Open(input(c.questionnaire, c.beside))
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	// An answer that no list has stays, and is said.
	s, err := Open(input(old(), files{"q.csv": "trust\nA1\nA2\nA9\n"}))
	if err != nil || s.Codebook.Variables[0].LabelOf("A1") != "Not at all" || !strings.Contains(strings.Join(s.Codebook.Notes, "\n"), "columns of q.csv hold answers that the questionnaire does not list: trust.") {
		t.Error(err, s.Codebook.Notes)
	}
}

// The shared questionnaire of 2017 and the answers of 2018, whose headings are code and
// text: questions that both have are labelled. Counted with a script of Python over both
// files: 59 questions, 117 sub-questions.
func TestSharedSurvey(t *testing.T) {
	read := func(path string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	q, err := parse(data.FromBytes("q.lss", []byte(read(sharedtest.Path(t, "surveys/rse-international-2018/limesurvey/uk_core_survey.lss")))))
	if err != nil {
		t.Fatal(err)
	}
	subs := 0
	for _, own := range q.questions {
		subs += len(own.subs)
	}
	if len(q.questions) != 59 || subs != 117 {
		t.Errorf("%d questions, %d sub-questions", len(q.questions), subs)
	}
	s, err := Open(input(read(sharedtest.Path(t, "surveys/rse-international-2018/limesurvey/uk_core_survey.lss")),
		files{"q.csv": read(sharedtest.Path(t, "surveys/rse-international-2018/public_data.csv"))}))
	if err != nil {
		t.Fatal(err)
	}
	country := s.Codebook.Variable("socio1._.In which country do you work?")
	if country == nil || country.Label != "In which country do you work?" || country.LabelOf("Germany") != "Germany" {
		t.Errorf("%+v", country)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(old(), "trust,seen[SQ001]\nA1,Y\n")
	f.Add(modern(), "How far do you trust us?,seen_SQ001\nA little,1\n")
	f.Fuzz(func(t *testing.T, questionnaire, content string) {
		s, err := Open(input(questionnaire, files{"q.csv": content}))
		readertest.Sound(t, s, err)
	})
}
