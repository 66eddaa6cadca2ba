package exports

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tradeoff/data"
)

// made makes a CSV of 60 rows with one column, and a second one that is never
// in doubt.
func made(header string, value func(i int) string) *data.Input {
	var b strings.Builder
	fmt.Fprintf(&b, "%q,sex\n", header)
	for i := range 60 {
		fmt.Fprintf(&b, "%q,%d\n", value(i), 1+i%2)
	}
	return text("made.csv", b.String())
}

// given cycles through a few values.
func given(values ...string) func(int) string {
	return func(i int) string { return values[i%len(values)] }
}

// different makes 60 values that all differ.
func different(f string) func(int) string {
	return func(i int) string { return fmt.Sprintf(f, i*7919+1000) }
}

func person(i int) string {
	first := []string{"Ada", "Bo", "Cy", "Dee", "Eva", "Fay", "Gus", "Hal"}
	last := []string{"Meyer", "Ortiz", "Petit", "Quinn", "Rossi", "Silva", "Tanaka", "Ueda"}
	return first[i%8] + " " + last[i/8%8]
}

func sentence(i int) string {
	words := []string{"my", "bank", "sold", "data", "to", "others", "and", "told", "nobody"}
	var out []string
	for k := range 5 {
		out = append(out, words[(i*(k+2)+k*k)%len(words)])
	}
	return strings.Join(out, " ") + fmt.Sprint(" in ", 1990+i)
}

func TestIdentifiers(t *testing.T) {
	for _, c := range []struct {
		header string
		value  func(int) string
		want   string // reason, "" to stay
	}{
		// What the values show.
		{"Q12", different("p%d@mail.example"), whyEmail},
		{"kontakt", func(i int) string { return []string{"", "call me", fmt.Sprintf("x%d@y.example", i)}[i%3] }, whyEmail},
		{"Q13", given("203.0.113.1", "203.0.113.2", "203.0.113.3"), ""}, // too few to tell anybody
		{"Q14", func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, whyAddress},
		{"Q15", func(i int) string { return fmt.Sprintf("2001:db8::%x", i+1) }, whyAddress},
		{"Q16", func(i int) string { return fmt.Sprintf("48.%04d, 11.%04d", i*31, i*17) }, whyPlace},
		{"Q17", different("+49 89 55%05d"), whyPhone},
		{"Q18", different("089/55%05d"), whyPhone},
		{"Q19", func(i int) string { return fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i*i) }, whyCode},
		{"Q20", different("R_%07dabcXYZ"), whyCode},
		{"Q21", sentence, whyOpen},

		// What they are called, in four languages.
		{"E-Mail-Adresse", different("unreadable %d"), whyEmail},
		{"Adresse e-mail", different("illisible %d"), whyEmail},
		{"Correo electrónico", different("ilegible %d"), whyEmail},
		{"Telefonnummer", different("4989%06d"), whyPhone},
		{"numéro de téléphone", different("331%07d"), whyPhone},
		{"teléfono móvil", different("346%07d"), whyPhone},
		{"Name", person, whyName},
		{"Vor- und Nachname", person, whyName},
		{"Nom et prénom", person, whyName},
		{"nombre_completo", person, whyName},
		{"Straße", different("Ring %d"), whyStreet},
		{"PLZ", different("8%04.4d"), whyPostcode},
		{"zip", different("9%04.4d"), whyPostcode},
		{"Geburtsdatum", func(i int) string { return fmt.Sprintf("%d-0%d-1%d", 1950+i%40, 1+i%9, i%10) }, whyBirth},
		{"fecha de nacimiento", func(i int) string { return fmt.Sprintf("%d-0%d-1%d", 1950+i%40, 1+i%9, i%10) }, whyBirth},
		{"latitude", different("48.%05d"), whyPlace},
		{"gps_lng", different("11.%05d"), whyPlace},
		{"resp_id", different("S%d"), whyPerson},
		{"Lfd. Nr.", different("%d"), whyPerson},
		{"panel_id", different("%d"), whyPerson},
		{"hh_id", different("%d"), whyPerson},
		{"device id", different("%d"), whyDevice},
		{"IPAddress", given("masked"), whyAddress},
		{"LocationAccuracy", given("-1"), whyPlace},
		{"row", func(i int) string { return fmt.Sprint(i + 1) }, whyRow},
		{"other_comments", func(i int) string { return []string{"", "", "too long by far"}[i%3] }, ""}, // one answer twenty times

		// What only sounds like one, or only varies.
		{"email_messages_content", given("not at all", "a little", "rather", "very"), ""},
		{"Personalised_contacts", given("1", "2", "3", "4"), ""},
		{"phone", given("yes", "no"), ""},
		{"ip_address", given("1", "2", "3", "4", "5"), ""},
		{"share_name", given("TRUE", "FALSE"), ""},
		{"brand_name", given("Acme", "Bolt", "Core", "Dart", "none of these"), ""},
		{"age", func(i int) string { return fmt.Sprint(18 + i*7%60) }, ""},
		{"income", different("%d"), ""},
		{"minutes", different("%d"), ""},
		{"weight", func(i int) string { return fmt.Sprintf("%.4f", 0.4+float64(i)/41) }, ""},
		{"weight", func(i int) string {
			if i == 7 {
				return "n/a, ask"
			}
			return fmt.Sprintf("%.4f", 0.4+float64(i)/41)
		}, ""},
		{"price", different("%d.50 EUR"), ""},
		{"region", func(i int) string { return fmt.Sprintf("Valley of %c%c", 'a'+i%26, 'a'+i/26) }, ""},
		{"Which country do you live in?", func(i int) string { return strings.Repeat("Land", 1+i/26) + fmt.Sprintf("%c", 'a'+i%26) }, ""},
		{"geo_id", given("1", "2", "3", "4", "5", "6"), ""},
		{"start", func(i int) string { return fmt.Sprintf("2024-05-01 10:%02d:11", i) }, ""},
		{"began", func(i int) string { return fmt.Sprintf("Wed May 1 2024 10:%02d", i) }, ""},
		{"used", func(i int) string {
			all := []string{"mail", "maps", "music", "games", "video", "news"}
			var ticked []string
			for k, a := range all {
				if i>>k&1 == 1 {
					ticked = append(ticked, a+" on the phone")
				}
			}
			return strings.Join(append(ticked, "a browser"), ", ")
		}, ""},
	} {
		t.Run(c.header, func(t *testing.T) {
			s := survey(t, nil, made(c.header, c.value))
			got := ""
			if len(s.Codebook.Dropped) > 0 {
				got = s.Codebook.Dropped[0].Reason
			}
			if got != c.want {
				t.Errorf("%q (%s ...): left out as %q, want %q", c.header, c.value(1), got, c.want)
			}
			if got != "" && len(survey(t, []string{c.header}, made(c.header, c.value)).Codebook.Dropped) > 0 {
				t.Errorf("%q was named in keep and left out", c.header)
			}
		})
	}
}

// Value labels make a closed question; the file's own weight always stays;
// a set loses the variables that are left out.
func TestIdentifiersInCodebook(t *testing.T) {
	var numbers, codes []string
	for i := range 40 {
		numbers = append(numbers, fmt.Sprint(100000+i))
		codes = append(codes, fmt.Sprint(1+i%3))
	}
	book, rows := batches([]crafted{
		{data.Variable{Name: "user_id", Labels: labels("1=never", "2=once", "3=often")}, codes},
		{data.Variable{Name: "case_id"}, numbers},
		{data.Variable{Name: "other_id"}, numbers},
	})
	book.Weight = "other_id"
	book.Sets = []data.Set{{Name: "$s", Variables: []string{"user_id", "case_id"}}, {Name: "$t", Variables: []string{"case_id"}}}
	s := data.New(book, []data.File{{Path: "x.sav"}}, func([]string, data.Skip) iter.Seq2[data.Batch, error] { return rows })
	looks, w := map[string]string{}, newLexicon()
	all, err := lookAt(s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range book.Variables {
		looks[book.Variables[i].Name] = w.identify(&book.Variables[i], &all[i])
	}
	if diff := cmp.Diff(map[string]string{"user_id": "", "case_id": whyPerson, "other_id": whyPerson}, looks); diff != "" {
		t.Error(diff)
	}
	gone, err := identifiers([]*data.Survey{s}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"case_id": whyPerson}, gone); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]data.Set{{Name: "$s", Variables: []string{"user_id"}}}, prune(book.Sets, gone)); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(book.Sets[0].Variables, []string{"user_id", "case_id"}) {
		t.Error("the reader's codebook was changed")
	}
}

func TestTokens(t *testing.T) {
	for name, want := range map[string]string{
		"RecipientEmail": "recipient email", "IPAddress": "ip address", "ResponseID": "response id", "id_L1.1": "id l1 1",
		"meta.uuid": "meta uuid", "numéro-de-téléphone": "numéro de téléphone", "RESPID": "respid", "q7_item": "q7 item", "": "",
	} {
		if got := strings.Join(tokens(name), " "); got != want {
			t.Errorf("%q is split into %q, want %q", name, got, want)
		}
	}
}
