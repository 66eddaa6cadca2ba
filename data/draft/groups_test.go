package draft

import (
	"fmt"
	"strings"
	"testing"

	"tradeoff/data"
)

// years adds a number column of years of birth.
func (b *book) years(name string) { b.spread(name, 1950, 2005) }

// Of the year of birth and the year of fieldwork come ages: who was born in 2001 is 18
// at the end of 2019, and 24 who was born in 1995. Where the year of fieldwork is not
// known, or the age is there, there are no such bands.
func TestAgeFromYearOfBirth(t *testing.T) {
	date := func(b *book, years ...string) {
		var values []data.Count
		for _, y := range years {
			values = append(values, data.Count{Code: y + "-11-03 10:00:00", N: 30})
		}
		b.add(data.Variable{Name: "StartDate", Type: data.Text}, 0, values...)
	}
	for _, tt := range []struct {
		name string
		make func(*book)
		want string
		said string
	}{
		{"dates of one year", func(b *book) { date(b, "2019"); b.years("What year were you born?") }, "18-24 [1995 2001]", "the year of the dates"},
		{"dates of two years", func(b *book) { date(b, "2019", "2020"); b.years("yob") }, "", "the year of fieldwork is not known"},
		{"no dates", func(b *book) { b.years("birth_year") }, "", "the year of fieldwork is not known"},
		{"the age too", func(b *book) { date(b, "2019"); b.years("birth_year"); b.spread("age", 16, 80) }, "18-24 [18 24]", "it says the age once more"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &book{}
			tt.make(b)
			b.add01(data.Variable{Name: "q"})
			s, text := b.draft(t)
			got := ""
			for _, band := range seg(s, "age").Bands {
				if band.Label == "18-24" {
					got = fmt.Sprintf("%s [%v %v]", band.Label, band.Low, band.High)
				}
			}
			if got != tt.want || !strings.Contains(text, tt.said) {
				t.Errorf("%q, want %q and %q\n%s", got, tt.want, tt.said, text)
			}
		})
	}
}

// Ways of writing one country or gender are one group; codes with labels stay apart,
// since the questionnaire tells them apart.
func TestWaysOfWriting(t *testing.T) {
	b := &book{}
	b.add(data.Variable{Name: "country", Type: data.Text}, 0, data.Count{Code: "USA", N: 40}, data.Count{Code: "United States", N: 30}, data.Count{Code: "Canada", N: 20},
		data.Count{Code: "u.s.", N: 12}, data.Count{Code: "canada", N: 11}, data.Count{Code: "France", N: 10})
	b.add(data.Variable{Name: "gender", Labels: []data.ValueLabel{{Code: "1", Label: "Man"}, {Code: "2", Label: "Male"}}}, 0, data.Count{Code: "1", N: 60}, data.Count{Code: "2", N: 63})
	s, text := b.draft(t)
	want := "United States: USA, United States, u.s.; Canada: Canada, canada; France: France"
	var got []string
	for _, n := range seg(s, "country").Nets {
		got = append(got, n.Name+": "+strings.Join(n.Codes, ", "))
	}
	if strings.Join(got, "; ") != want || len(seg(s, "gender").Nets) > 0 {
		t.Errorf("%q, want %q\n%s", got, want, text)
	}
}

// Columns of yes and no that different people were asked are items with a base of
// their own; those that the same people were asked are ticks.
func TestYesAndNoOfDifferentPeople(t *testing.T) {
	for second, typ := range map[int64]string{100: "multi", 95: "multi", 40: "grid"} {
		b := &book{}
		b.add(data.Variable{Name: "fan_books", Type: data.Text}, 0, data.Count{Code: "Yes", N: 60}, data.Count{Code: "No", N: 40})
		b.add(data.Variable{Name: "fan_films", Type: data.Text}, 100-second, data.Count{Code: "Yes", N: second / 2}, data.Count{Code: "No", N: second - second/2})
		if s, text := b.draft(t); len(s.Questions) != 1 || string(s.Questions[0].Type) != typ {
			t.Errorf("%d of 100 were asked the second: want %s\n%s", second, typ, text)
		}
	}
}

// An answer that says of itself that it does not apply is none, and leaves the scale
// to the others.
func TestNotApplicableInBrackets(t *testing.T) {
	b := &book{}
	for i := range 2 {
		b.add(data.Variable{Name: fmt.Sprintf("view_%d", i+1), Type: data.Text}, 0, data.Count{Code: "Very favorably", N: 30}, data.Count{Code: "Somewhat favorably", N: 20},
			data.Count{Code: "Neither favorably nor unfavorably (neutral)", N: 20}, data.Count{Code: "Unfamiliar (N/A)", N: 9}, data.Count{Code: "Somewhat unfavorably", N: 10}, data.Count{Code: "Very unfavorably", N: 11})
	}
	s, text := b.draft(t)
	if g := s.Questions[0]; len(g.Codes) != 5 || !g.Ordered || g.Codes[0].Code != "Very unfavorably" || len(g.Missing) != 1 {
		t.Errorf("%+v\n%s", g.Codes, text)
	}
}
