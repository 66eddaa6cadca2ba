package draft

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tradeoff/data"
	"tradeoff/data/exports"
	"tradeoff/data/study"
)

// TestSubjects holds questions as surveys put them, with the chapter that a
// reader would give them. The ones without come from surveys on other subjects
// in which a word of ours occurs.
func TestSubjects(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"How much do you expect personalized service from this industry?", "expectation"},
		{"Good service means to me that they know me whichever channel I use", "expectation"},
		{"I get offers that are relevant to me", "expectation"},
		{"Wie wichtig sind Ihnen personalisierte Angebote?", "expectation"},
		{"J'attends des offres personnalisées", "expectation"},
		{"Espero ofertas personalizadas", "expectation"},
		{"Expect U.S. in war within 10 years", ""},
		{"R knows what's expected on job", ""},
		{"Looking ahead, how do you expect your use of R to change in 2020?", ""},
		{"How likely are you to recommend R to a colleague, friend or family member?", ""},
		{"How often R attends religious services", ""},

		{"How concerned are you about what companies do with your data?", "concern"},
		{"Do companies track what you do, and does it worry you?", "concern"},
		{"Worry.About.Info", "concern"},
		{"Wie besorgt sind Sie um Ihre Daten im Internet?", "concern"},
		{"Êtes-vous inquiet pour vos données personnelles ?", "concern"},
		{"¿Le preocupa la privacidad de sus datos?", "concern"},
		{"How worried are you about personalised advertising?", "concern"},
		{"Most concerned possible effect of global warming", ""},
		{"Afraid to walk at night in neighborhood", ""},
		{"Supervisor concerned about welfare", ""},
		{"Do you feel worried that your job is at stake?", ""},
		{"How important are the following factors for determining your level of concern with academic research conducted on social media, such as online experiments?", ""},

		{"How far do you trust this industry with your personal data?", "trust"},
		{"Confidence in major companies", "trust"},
		{"Wie sehr vertrauen Sie diesen Branchen?", "trust"},
		{"Faites-vous confiance aux entreprises ?", "trust"},
		{"¿Cuánta confianza tiene en las empresas?", "trust"},
		{"Can people be trusted", ""},
		{"Most people can be trusted or you can't be too careful", ""},
		{"Rs confidence in the existence of God", ""},

		{"How willing are you to share personal data?", "sharing"},
		{"Q-share-browser-data", "sharing"},
		{"Would share with … Location", "sharing"},
		{"Welche Daten würden Sie weitergeben?", "sharing"},
		{"Partager votre adresse", "sharing"},
		{"¿Qué datos compartiría? compartir datos", "sharing"},
		{"share_food", ""},
		{"Allow anti-religious book in library", ""},
		{"Participation/recording consent", ""},

		{"How do you read privacy policies?", "communication"},
		{"How well do you understand how companies use your data?", "communication"},
		{"How often do you click through agreements without reading?", "behaviour"},
		{"Incognito mode in your browser", "behaviour"},
		{"Tried Masking Identity", "behaviour"},
		{"How good are you with digital devices?", "expertise"},
		{"They offer a solution at my level of expertise", ""},
		{"Are you familiar with the Expanded Universe?", ""},
		{"Sci knowledge: electrons are smaller than atoms", ""},
		{"What would you want in exchange for your data?", "benefit"},
		{"Fringe benefits are good", ""},

		// Italian, Portuguese and Dutch
		{"Mi aspetto offerte personalizzate", "expectation"},
		{"Espero ofertas personalizadas e serviços sob medida", "expectation"},
		{"Ik verwacht een persoonlijke dienstverlening", "expectation"},
		{"Gepersonaliseerde aanbiedingen", "expectation"},
		{"Quanto è preoccupato per i suoi dati personali?", "concern"},
		{"Está preocupado com a privacidade dos seus dados?", "concern"},
		{"Hoe bezorgd bent u over uw gegevens?", "concern"},
		{"Quanta fiducia ha nelle aziende?", "trust"},
		{"Que confiança tem nas empresas?", "trust"},
		{"Hoeveel vertrouwen hebt u in deze bedrijven?", "trust"},
		{"Quali informazioni condividerebbe?", "sharing"},
		{"Que dados estaria disposto a compartilhar?", "sharing"},
		{"Welke gegevens zou u delen?", "sharing"},
		{"Quali vantaggi vorrebbe in cambio dei suoi dati?", "benefit"},
		{"Que descontos quer em troca dos seus dados?", "benefit"},
		{"Wat wilt u in ruil voor uw gegevens?", "benefit"},
		{"Legge l'informativa sulla privacy?", "communication"},
		{"Lê a política de privacidade?", "communication"},
		{"Leest u de privacyverklaring?", "communication"},
		{"Cancella i cookie del browser?", "behaviour"},
		{"Recusa cookies?", "behaviour"},
		{"Ik weiger cookies", "behaviour"},
		{"Le sue competenze con i dispositivi digitali", "expertise"},
		{"Conhecimentos de tecnologia", "expertise"},
		{"Kennis van computers", "expertise"},
		{"Fiducia nel prossimo", ""},
		{"È preoccupato per il suo lavoro?", ""},
		{"Confiança nos vizinhos", ""},
		{"Hoe bezorgd bent u over het klimaat?", ""},
		{"Benefits of sci research outweigh harmful results", ""},
	} {
		if got := judge(tt.text, false); got.measures != tt.want {
			t.Errorf("%s: %q for %q, want %q", tt.text, got.measures, got.word, tt.want)
		}
	}
}

// TestMajority: a battery goes by all its items, not by one word in one.
func TestMajority(t *testing.T) {
	scale := []data.ValueLabel{{Code: "1", Label: "Disagree"}, {Code: "2", Label: "Neither"}, {Code: "3", Label: "Agree"}}
	ask := func(head string, items ...string) (study.Question, string) {
		b := &book{}
		for i, l := range items {
			b.add(data.Variable{Name: fmt.Sprintf("b_%d", i), Label: head + ": " + l, Labels: scale}, 0, data.Count{Code: "1", N: 40}, data.Count{Code: "2", N: 20}, data.Count{Code: "3", N: 40})
		}
		s, text := b.draft(t)
		return q(s, "b"), text
	}
	got, text := ask("Good service means", "They value my time", "They know me whichever channel I use", "They give quick and easy answers", "They offer a solution at my level of expertise")
	if got.Measures != "expectation" || !strings.Contains(text, "3 of 4 items") {
		t.Errorf("service: %q\n%s", got.Measures, text)
	}
	got, text = ask("What do you think of these", "Roads", "Schools", "I worry about my data online", "Parks")
	if got.Measures != "" || !strings.Contains(text, "# measures: concern") {
		t.Errorf("one of four: %q\n%s", got.Measures, text)
	}
}

// openSample drafts one of the sample's exports the way that a run does.
func openSample(t *testing.T, name string) *study.Study {
	t.Helper()
	in, err := data.FromFile(filepath.Join("..", "sample", name))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	survey, err := exports.Open([]*data.Input{in}, nil)
	if err != nil {
		t.Fatal(err)
	}
	profiles, err := exports.Profiles(survey)
	if err != nil {
		t.Fatal(err)
	}
	s, err := study.Parse("draft.yaml", Draft(&survey.Codebook, profiles, []string{name}, "Sample"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSample: the draft of the sample's SPSS export says what its authors say in
// the study file beside it.
func TestSample(t *testing.T) {
	s := openSample(t, "wave2024.sav")
	share := q(s, "share")
	if share.Column != "share_{industry}_{item}" || share.Type != study.Multi || share.Loop != "industry" || !slices.Equal(share.Yes, []string{"1"}) ||
		share.Text != "Would share with …" || codes(share.Items) != "location|address|card|phone|search" || share.Items[1].Label != "Postal address" {
		t.Errorf("share: %+v", share)
	}
	for _, other := range s.Questions {
		if strings.HasPrefix(other.Name, "share_") {
			t.Errorf("%s is still a question by itself", other.Name)
		}
	}
	if got := codes(seg(s, "industry").Items); got != "telecom|hardware|media|banking|retail|health|travel|government" {
		t.Errorf("industries: %s", got)
	}
	for name, want := range map[string]string{"expect": "expectation", "svc": "expectation", "tracked": "concern", "concern": "concern", "trust": "trust", "share": "sharing",
		"willing": "sharing", "benefit": "benefit", "policy": "communication", "understands": "communication", "told": "communication", "click": "behaviour", "perm": "behaviour",
		"expertise": "expertise", "skipped": "", "income": "", "price": "", "minutes": ""} {
		if got := q(s, name); got.Name != name || got.Measures != want {
			t.Errorf("%s measures %q, want %q", name, got.Measures, want)
		}
	}
	if got := q(s, "control"); got.Name != "" {
		t.Errorf("control measures %q: this wave did not ask about it", got.Measures)
	}
	if s.Respondent != "resp_id" {
		t.Errorf("respondent %q: it was left out as an identifier of respondents, the only one", s.Respondent)
	}
	if s.Wave.Column != "" || q(s, "wave").Name != "" {
		t.Errorf("wave %q, question %q: the file holds one wave", s.Wave.Column, q(s, "wave").Name)
	}
}

// TestLoopedSets: sets of which the counted value is not 1, and a set whose
// options are the industries, which is a question by itself.
func TestLoopedSets(t *testing.T) {
	b := &book{}
	for _, industry := range []string{"bank", "telecom", "retail"} {
		set := data.Set{Name: "$give_" + industry, Counted: "2"}
		for _, item := range []string{"phone", "card"} {
			name := "give_" + industry + "_" + item
			b.add(data.Variable{Name: name}, 0, data.Count{Code: "1", N: 60}, data.Count{Code: "2", N: 40})
			set.Variables = append(set.Variables, name)
		}
		b.Sets = append(b.Sets, set)
	}
	use := data.Set{Name: "$use", Label: "Which do you use?", Counted: "1"}
	for _, industry := range []string{"bank", "telecom", "retail"} {
		b.add(data.Variable{Name: "use_" + industry, Label: industry}, 0, data.Count{Code: "0", N: 60}, data.Count{Code: "1", N: 40})
		use.Variables = append(use.Variables, "use_"+industry)
	}
	b.Sets = append(b.Sets, use)
	s, _ := b.draft(t)
	if got := q(s, "give"); got.Column != "give_{industry}_{item}" || got.Type != study.Multi || !slices.Equal(got.Yes, []string{"2"}) || codes(got.Items) != "phone|card" {
		t.Errorf("give: %+v", got)
	}
	if got := q(s, "use"); got.Loop != "" || len(got.Columns) != 3 || got.Text != "Which do you use?" {
		t.Errorf("use: %+v", got)
	}
}

// TestLoopText: the wording of a looped question has no industry in it.
func TestLoopText(t *testing.T) {
	for _, tt := range []struct{ labels, text, item string }{
		{"Would share with Banks: Phone number|Would share with Social media: Phone number", "Would share with …", "Phone number"},
		{"Trust: Banks|Trust: Shops", "Trust", ""},
		{"How far do you trust banks with data?|How far do you trust shops with data?", "How far do you trust … with data?", ""},
		{"Banks|Shops", "", ""},
		{"Trust|Trust", "Trust", ""},
		{"Trust|", "", ""},
	} {
		var columns []*column
		for _, l := range strings.Split(tt.labels, "|") {
			columns = append(columns, &column{Variable: &data.Variable{Label: l}})
		}
		if text, item := loopText(columns); text != tt.text || item != tt.item {
			t.Errorf("%s: %q and %q, want %q and %q", tt.labels, text, item, tt.text, tt.item)
		}
	}
}

// TestDropped: an identifier that was left out is the respondent if there is
// one, and none that names something else.
func TestDropped(t *testing.T) {
	for _, tt := range []struct {
		dropped []data.Dropped
		want    string
	}{
		{[]data.Dropped{{Name: "CASEID", Reason: "identifiers of respondents"}, {Name: "mail", Reason: "e-mail addresses"}}, "CASEID"},
		{[]data.Dropped{{Name: "CASEID", Reason: "identifiers of respondents"}, {Name: "panelist", Reason: "identifiers of respondents"}}, ""},
		{[]data.Dropped{{Name: "uuid", Reason: "codes that differ between respondents"}}, ""},
		{[]data.Dropped{{Name: "ExternalReference", Reason: "identifiers of respondents"}, {Name: "ResponseId", Reason: "identifiers of respondents"}}, "ResponseId"},
		{[]data.Dropped{{Name: " blank ", Reason: "identifiers of respondents"}}, ""},
	} {
		b := &book{}
		b.Dropped = tt.dropped
		b.add(data.Variable{Name: "q1", Type: data.Text}, 0, data.Count{Code: "a", N: 50}, data.Count{Code: "b", N: 50})
		if s, text := b.draft(t); s.Respondent != tt.want || tt.want != "" && !strings.Contains(text, "identifiers of respondents") {
			t.Errorf("%v: %q, want %q", tt.dropped, s.Respondent, tt.want)
		}
	}
}

// TestWaves: what tells waves apart, and what only looks so.
func TestWaves(t *testing.T) {
	years := func(list ...string) []data.Count {
		var out []data.Count
		for _, y := range list {
			out = append(out, data.Count{Code: y, N: 50})
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		values []data.Count
		wave   bool
		asked  bool
	}{
		{"wave", years("1", "2", "3"), true, false},
		{"Welle", years("1", "2"), true, false},
		{"year", years("2022", "2023"), true, false},
		{"round", years("7", "8"), true, false},
		{"wave", years("2"), false, false},
		{"year", years("2024"), false, false},
		{"year", years("1", "2", "3", "4"), false, true}, // of study
		{"year_born", years("1970", "1980"), false, true},
	} {
		b := &book{}
		labels := []data.ValueLabel{{Code: "1", Label: "First"}, {Code: "2", Label: "Second"}, {Code: "3", Label: "Third"}}
		if len(tt.values[0].Code) > 1 {
			labels = nil
		}
		b.add(data.Variable{Name: tt.name, Labels: labels}, 0, tt.values...)
		s, text := b.draft(t)
		if got := s.Wave.Column == tt.name; got != tt.wave {
			t.Errorf("%s %v: wave %q", tt.name, tt.values, s.Wave.Column)
		}
		if got := len(s.Questions) == 1; got != tt.asked {
			t.Errorf("%s %v: %d questions", tt.name, tt.values, len(s.Questions))
		}
		if one := strings.Contains(text, "the file holds a single wave"); one != (len(tt.values) == 1) {
			t.Errorf("%s %v:\n%s", tt.name, tt.values, text)
		}
	}
}

// TestSocialSurvey: the net at the top is of those who agree, have a great deal
// or do something often, whichever way the survey numbered its answers (README
// of the data: conbus 1 "A GREAT DEAL", 3 "HARDLY ANY"), and labels in capitals
// are sentences.
func TestSocialSurvey(t *testing.T) {
	s := read(t, "surveys/gss-2010/2010.sav")
	for name, want := range map[string]string{
		"conbus":     "A great deal",
		"confinan":   "A great deal",
		"chemfree":   "Often|Always",
		"carsgen":    "Very dangerous|Extremely dangerous",
		"fejobaff":   "For|Strongly for",
		"blkwhite":   "Agree somewhat|Agree strongly",
		"ENGAGRNK":   "2|Near complete agreement",
		"discaffm":   "Somewhat likely|Very likely",
		"famvswk":    "Sometimes|Often",
		"grnprice":   "Fairly willing|Very willing",
		"spkath":     "",
		"Confidence": "",
	} {
		got := q(s, name)
		var top []string
		for _, c := range got.Codes[max(0, len(got.Codes)-got.Top):] {
			if got.Scores[c.Code] <= got.Scores[got.Codes[0].Code] {
				t.Errorf("%s: %s scores %v, the lowest answer %v", name, c.Label, got.Scores[c.Code], got.Scores[got.Codes[0].Code])
			}
			top = append(top, c.Label)
		}
		if strings.Join(top, "|") != want {
			t.Errorf("%s: top %s, want %s", name, strings.Join(top, "|"), want)
		}
	}
	if got := q(s, "conarmy"); got.Text != "Confidence in military" || got.Measures != "trust" {
		t.Errorf("conarmy: %+v", got)
	}
	if got := seg(s, "region"); got.Codes[0].Label != "New England" {
		t.Errorf("region: %+v", got.Codes)
	}
	// Nothing in this survey is about personalized service or data.
	for _, question := range s.Questions {
		if m := question.Measures; m != "" && m != "trust" {
			t.Errorf("%s (%s) measures %s", question.Name, question.Text, m)
		}
	}
}

// TestCapitals: what people read, not what old files shout.
func TestCapitals(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"CONFIDENCE IN MILITARY", "Confidence in military"},
		{"HOW OFTEN R WATCHES TV IN THE US", "How often R watches TV in the US"},
		{"R'S AGE WHEN BORN", "R's age when born"},
		{"DON'T KNOW", "Don't know"},
		{"YES", "Yes"},
		{"NO", "No"},
		{"USA", "USA"},
		{"GB", "GB"},
		{"ID", "ID"},
		{"Agree", "Agree"},
		{"BMW owners", "BMW owners"},
		{"8 OR MORE", "8 or more"},
		{"U.S. CITIZEN", "U.S. citizen"},
		{"SCI KNOWLEDGE: THE EARTH IS HOT", "Sci knowledge: The earth is hot"},
		{"ÄRGER MIT BEHÖRDEN", "Ärger mit behörden"},
		{"", ""},
		{"7", "7"},
	} {
		if got := sentence(tt.in); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
	if got := title("E. NOR. CENTRAL"); got != "E. Nor. Central" {
		t.Error(got)
	}
}

// TestMarkup: HTML that a survey tool left in a label.
func TestMarkup(t *testing.T) {
	for in, want := range map[string]string{
		`<span style="color:#e74c3c;"><u><strong>Avoid harm</strong></u></span> &amp; more<br/>`: "Avoid harm & more",
		"income < 10 > 5": "income < 10 > 5",
		"STANDARD <X>":    "STANDARD <X>",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestNotGiven: -99 among texts is no answer, and the ends of a scale may bear
// their numbers (README of the data: -99 is seen, not answered; 7 is the
// highest trust).
func TestNotGiven(t *testing.T) {
	s := read(t, "surveys/personal-data-acceptability-us/qualtrics_data.csv")
	trust := q(s, "trust")
	if codes(trust.Codes) != "No trust at all - 1|2|3|4|5|6|Complete Trust - 7" || codes(trust.Missing) != "-99" || trust.Measures != "trust" || trust.Top != 2 {
		t.Errorf("trust: %+v", trust)
	}
	if got := q(s, "digital_privacy"); codes(got.Codes) != "Disagree|Neither Agree Nor Disagree|Agree" {
		t.Errorf("digital_privacy: %+v", got)
	}
	if got := q(s, "race_ethnicity"); got.Type != study.Multi {
		t.Errorf("race: %+v", got)
	}
}
