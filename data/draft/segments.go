package draft

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"tradeoff/data"
)

// A concept is a demographic that surveys ask for, with the words by which its
// columns are called.
type concept struct {
	name, label string
	words       string
	labelled    *regexp.Regexp // what its question says
	most        int            // how many groups it may have
}

var concepts = []concept{
	{"country", "Country", "country countries land nation pays pais paese countrycode", regexp.MustCompile(`(?i)^(country|land|pays|país|paese)$|\b(country of residence|country (or region )?(do |are )?you (currently )?(live|reside|living|work)|welchem land leben|quel pays (vivez|habitez)|qué país (vive|reside)|quale paese vive|que país (vive|mora|reside)|welk land woont)`), 60},
	{"gender", "Gender", "gender sex geschlecht sexe sexo genero genre sesso genere geslacht riagendr", regexp.MustCompile(`(?i)\b(your gender|(what|which) gender|are you (male|a man)|respondents? sex|ihr geschlecht|votre sexe|(su|seu) sexo|il suo sesso|uw geslacht)\b`), 6},
	{"region", "Region", "region regions bundesland state province provincia departement comunidad regione regiao provincie", regexp.MustCompile(`(?i)^(region|census region|bundesland|région|región|regione|região|provincie)\b`), 60},
	{"industry", "Industry", "industry sector branche branch secteur settore setor bedrijfstak", regexp.MustCompile(`(?i)\b(job domain|industry|branche|secteur d.activité|sector de actividad|settore di attività|setor de atividade|bedrijfstak)\b`), 30},
	{"education", "Education", "education edu educ degree schooling bildung schulabschluss diplome etudes educacion estudios istruzione educacao escolaridade opleiding", regexp.MustCompile(`(?i)\b(highest (degree|(level of )?(formal )?education)|titolo di studio|nível de escolaridade|hoogste opleiding|schulabschluss|niveau d.études|nivel de estudios)\b`), 12},
	{"place", "Place", "urban rural urbanicity city_or_rural locality gemeinde", regexp.MustCompile(`(?i)\b(urban|rural)\b`), 8},
}

// bandLike is an age band: 18-24, 65+, 65 or older, under 18, (39,59].
var bandLike = regexp.MustCompile(`(?i)^\W*(\d{1,3},\s?(\d{1,3}|inf)[\])]|\d{1,2}\s*(-|–|to|bis|à|a)\s*\d{1,3}|\d{2}\s*(\+|(years )?(or|and|und|et|y) (older|over|above|up|more|älter|plus|más))|(under|over|below|unter|über|moins de|plus de|menos de|más de|<|>)\s*=?\s*\d{2})`)

// ageWords are names of columns that hold an age.
const ageWords = "age alter edad idade eta leeftijd agegroup ageband agegrp agecat agerange altersgruppe"

// ageAsked is how the question is put.
var ageAsked = regexp.MustCompile(`(?i)^age of |^(your )?age( in years| group| category| band| range)?$|\bhow old are you\b|\bwhat is your age\b|\bquanti anni ha\b|\bqual è la sua età|\bquantos anos tem\b|\bqual é a sua idade\b|\bhoe oud bent u\b|\buw leeftijd\b|\bwie alt sind sie\b|\bquel âge\b|\bqué edad\b`)

// segments takes the demographics.
func (d *drafter) segments() {
	d.age()
	d.birth(len(d.out.segments) > 0)
	for _, k := range concepts {
		d.concept(k)
	}
	width := 0
	for i := range d.out.segments {
		s := &d.out.segments[i]
		if s.hidden != "" {
			continue
		}
		if width += s.width(); width > maxBanner {
			s.hidden = fmt.Sprintf("the banner would be wider than %d columns", maxBanner)
		}
	}
}

// width is how many columns of the banner a segment takes.
func (s segment) width() int {
	if s.nets != nil {
		return len(s.nets)
	}
	return len(s.codes) + len(s.bands)
}

// age takes an age in bands, or an age in years and cuts it into bands.
func (d *drafter) age() {
	var years, bands *column
	for _, c := range d.free() {
		toks := tokens(c.Name)
		if (has(toks, ageWords) == "" || len(toks) > 4) && !ageAsked.MatchString(c.text()) {
			continue
		}
		switch {
		case bands == nil && c.closed && areBands(c.answer):
			bands = c
		case years == nil && c.Type == data.Number && c.Distinct > 12 && c.Min >= 5 && c.Max <= 120 && c.Mean > 12 && c.Mean < 90:
			years = c
		}
	}
	switch {
	case years != nil:
		years.taken = true
		d.out.segments = append(d.out.segments, segment{name: d.groups.name("age", "s"), label: "Age", column: years,
			bands: ageBands(years.Min, years.Max), why: fmt.Sprintf("numbers from %.0f to %.0f, cut into bands", years.Min, years.Max)})
	case bands != nil:
		bands.taken = true
		codes := slices.Clone(bands.answer)
		sort.SliceStable(codes, func(i, j int) bool { return lower(codes[i].word()) < lower(codes[j].word()) })
		d.out.segments = append(d.out.segments, segment{name: d.groups.name("age", "s"), label: "Age", column: bands, codes: codes, why: "its answers are age bands"})
	}
}

// areBands reports whether most answers are age bands.
func areBands(list []option) bool {
	n := 0
	for _, o := range list {
		if bandLike.MatchString(o.word()) {
			n++
		}
	}
	return len(list) >= 2 && len(list) <= 15 && n*4 >= len(list)*3
}

// lower is the first number in a band, a little less for "under".
func lower(band string) float64 {
	v := float(numbersIn.FindString(band))
	if below.MatchString(band) {
		v -= 0.5
	}
	return v
}

// ageBands are the usual bands, between the youngest and the oldest.
func ageBands(low, high float64) []string {
	edges := []float64{18, 25, 35, 45, 55, 65}
	var out []string
	if low < 18 {
		out = append(out, "-17")
	}
	for i, e := range edges {
		last := i == len(edges)-1 || edges[i+1] > high
		if !last && edges[i+1] <= low {
			continue
		}
		if last {
			return append(out, fmt.Sprintf("%.0f+", e))
		}
		out = append(out, fmt.Sprintf("%.0f-%.0f", e, edges[i+1]-1))
	}
	return out
}

// concept takes the column of a demographic: the one whose name says least
// else.
func (d *drafter) concept(k concept) {
	var best *column
	why, shortest := "", 99
	for _, c := range d.free() {
		toks := tokens(c.Name)
		word := has(toks, k.words)
		reason := fmt.Sprintf("called %q", word)
		length := len(toks)
		if word == "" || length > 4 {
			if word = k.labelled.FindString(c.text()); word == "" {
				continue
			}
			reason, length = fmt.Sprintf("it says %q", word), 20
		}
		if !c.closed || len(c.answer) < 2 || len(c.answer) > k.most && len(nets(k.name, c.answer)) == 0 || len(nets(k.name, c.answer)) > k.most || isScale(c) {
			continue
		}
		if t, ok := tickOf(c); ok && (t.kind == "option" || t.kind == "words" || length == 20) {
			continue // an answer that was ticked or not says of nobody what they are
		}
		if length < shortest || length == shortest && len(c.answer) < len(best.answer) {
			best, why, shortest = c, reason, length
		}
	}
	if best == nil {
		return
	}
	best.taken = true
	s := segment{name: d.groups.name(k.name, "s"), label: k.label, column: best, codes: best.answer, why: why}
	if k.name == "country" || k.name == "region" {
		s.codes = best.titled()
	}
	if s.nets = nets(k.name, s.codes); s.nets != nil {
		s.why += "; what is written in several ways is put together"
	}
	if s.width() > 15 {
		s.hidden = fmt.Sprintf("%d groups are too many for every table", s.width())
	}
	if left := len(best.dk) + len(best.none); left > 0 {
		s.why += "; answers that are none are left out"
	}
	d.out.segments = append(d.out.segments, s)
}

// titled are the answers with their words written as names are: places.
func (c *column) titled() []option {
	out := slices.Clone(c.answer)
	for i, o := range out {
		if l := clean(c.LabelOf(o.code)); l != "" {
			out[i].label = title(l)
		}
	}
	return out
}

// isScale reports whether a column's answers are degrees of something, which
// groups of people are not.
func isScale(c *column) bool {
	_, ok := byWords(c.answer)
	return ok && slices.ContainsFunc(c.answer, func(o option) bool { return strings.Contains(o.word(), " ") })
}
