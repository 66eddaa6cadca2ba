package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
)

// This file makes bands of age of the year of birth, where the year of fieldwork is
// known.

// bornAsked tells the question, in folded words.
var bornAsked = regexp.MustCompile(`^(birth year|birthyear|year of birth|yob|born|geburtsjahr|annee (de )?naissance|ano (de )?(nacimiento|nascimento)|anno (di )?nascita|geboortejaar)$` +
	`|\b(what|which) year were you born\b|\byour year of birth\b|\bin welchem jahr (sind|wurden) sie geboren\b|\ben quelle annee etes.vous ne\b|\b(en )?que ano naci(o|ste)\b|\bin che anno e nat[oa]\b|\bem que ano nasceu\b|\bin welk jaar bent u geboren\b`)

// isBirthYear reports whether a column holds years of birth.
func (c *column) isBirthYear() bool {
	if c.Type != data.Number || c.Recorded == 0 || c.Min < 1870 || c.Max > 2030 || c.Distinct <= 12 {
		return false
	}
	return bornAsked.MatchString(strings.Join(tokens(c.Name), " ")) || bornAsked.MatchString(fold(c.text()))
}

// birth takes the year of birth for the age, if the age itself is not there.
func (d *drafter) birth(known bool) {
	for _, c := range d.free() {
		if !c.isBirthYear() {
			continue
		}
		year, from := d.fielded()
		switch {
		case known:
			d.leave(c, "it says the age once more")
			continue
		case year == 0:
			d.out.remark("%s is a year of birth, and the year of fieldwork is not known; for ages make bands of it under segments: in 2025, {18-34: 1991-2007}", show(c.Name))
			continue
		}
		c.taken, known = true, true
		s := segment{name: d.groups.name("age", "s"), label: "Age", column: c,
			why: fmt.Sprintf("years of birth from %.0f to %.0f, cut into ages at the end of %d, the year %s", c.Min, c.Max, year, from)}
		for _, band := range ageBands(max(0, float64(year)-c.Max), float64(year)-c.Min) {
			s.bands = append(s.bands, fmt.Sprintf("%q: %s", band, yearsOf(band, year)))
		}
		slices.Reverse(s.bands) // bands run upwards: from those who were born first
		s.named = true
		d.out.segments = append(d.out.segments, s)
	}
}

// yearsOf are the years of birth of a band of ages: 18-24 in 2019 is 1995-2001.
func yearsOf(band string, year int) string {
	low, high, between := strings.Cut(strings.TrimSuffix(band, "+"), "-")
	a, _ := strconv.Atoi(low)
	b, _ := strconv.Atoi(high)
	switch {
	case !between:
		return fmt.Sprintf("-%d", year-a)
	case low == "":
		return fmt.Sprintf("%d+", year-b)
	}
	return fmt.Sprintf("%d-%d", year-b, year-a)
}

// aYear finds a year of this or the last century.
var aYear = regexp.MustCompile(`\b(19[5-9]\d|20[0-4]\d)\b`)

// fielded is the year of the interviews: the only one in the dates that the survey
// tool wrote, else in the name of the file; 0 if there is none, or several.
func (d *drafter) fielded() (year int, from string) {
	found := map[string]bool{}
	for _, c := range d.columns {
		if c.Type == data.Time || c.Type == data.Text && (paradata.MatchString(c.Name) || paradata.MatchString(c.Label)) {
			for _, v := range c.Values {
				for _, y := range aYear.FindAllString(v.Code, -1) {
					found[y] = true
				}
			}
		}
	}
	from = "of the dates of the interviews"
	if len(found) == 0 {
		from = "in the name of the file"
		for _, y := range aYear.FindAllString(strings.Map(apartAtUnderscore, d.out.title), -1) {
			found[y] = true
		}
	}
	if len(found) != 1 {
		return 0, ""
	}
	for y := range found {
		year, _ = strconv.Atoi(y)
	}
	return year, from
}

// apartAtUnderscore makes _, which regular expressions take for a letter, a blank.
func apartAtUnderscore(r rune) rune {
	if r == '_' {
		return ' '
	}
	return r
}
