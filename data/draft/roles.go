package draft

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"tradeoff/data"
)

// Words in names of columns that have a role in the design.
const (
	idWords      = "id uuid guid respid respondent respondentid responseid caseid idnr lfdn serial recordno recordid identifier identifiant identificador folio teilnehmer participant teilnehmernummer"
	waveWords    = "wave waves welle vague ola oleada onda"
	roundWords   = "round year runde jahr annee ano"
	strataWords  = "stratum strata strat schicht strate strates estrato estratos vstrat sdmvstra stratid strataid stratumid"
	clusterWords = "psu vpsu cluster upm conglomerado grappe klumpen sdmvpsu psuid clusterid"
	fpcWords     = "fpc"
	weightWords  = "weight weights weighting wt wgt wts gewicht gewichtung gew poids pond ponderation redressement peso ponderacion pondera factor w"
)

// bodyWeight tells kilograms from sampling weights.
var bodyWeight = regexp.MustCompile(`(?i)\b(kg|kilo|lbs?|pounds?|body|height|pfund|körper|corporel|corporal|kilogram)`)

// roles finds who a row is and how people were sampled.
func (d *drafter) roles() {
	d.respondent()
	d.replicates()
	d.weight()
	d.wave()
	d.out.strata = d.design("strata", strataWords)
	d.out.cluster = d.design("cluster", clusterWords)
	d.out.fpc = d.design("fpc", fpcWords)
	d.out.replicates.beside(d.out)
	if d.out.strata.column != nil && d.out.cluster.column != nil {
		d.out.lonely = "whether every stratum has two units was not looked at; adjust is the careful choice where one has not"
	}
	if s := d.out.strata.column; s != nil && d.out.cluster.column == nil {
		for _, v := range s.Values {
			if v.N == 1 {
				d.out.lonely = "a stratum has a single respondent, which has no variance of its own; adjust is the careful choice"
			}
		}
	}
}

// A role is a column with the reason for taking it.
type role struct {
	column *column
	why    string
}

// respondent takes the column that differs for every respondent and is called
// an identifier; of several the one whose name says least else.
func (d *drafter) respondent() {
	shortest := 99
	for _, c := range d.free() {
		toks := tokens(c.Name)
		word := has(toks, idWords)
		if word == "" || !c.complete() || c.Recorded < 2 || len(toks) >= shortest {
			continue
		}
		switch {
		case int64(c.Distinct) == c.Recorded:
			d.out.respondent, shortest = role{c, fmt.Sprintf("called %q, and every one of %d rows differs", word, c.Recorded)}, len(toks)
		case c.Distinct >= data.MaxDistinct && c.room():
			d.out.respondent, shortest = role{c, fmt.Sprintf("called %q, with at least %d different values", word, data.MaxDistinct)}, len(toks)
		}
	}
	if c := d.out.respondent.column; c != nil {
		c.taken = true
		return
	}
	if d.dropped(); d.out.respondent.column != nil {
		return
	}
	for _, x := range d.book.Dropped {
		if has(tokens(x.Name), idWords) != "" {
			d.out.hint = fmt.Sprintf("%s looks like an identifier and was not read (%s); to count a person once, write respondent: with its name", show(x.Name), x.Reason)
			return
		}
	}
}

// personIDs is the reason for which the readers leave out what identifies
// respondents.
const personIDs = "identifiers of respondents"

// otherIDs are columns of survey tools that are left out for that reason and
// need not differ between respondents.
var otherIDs = regexp.MustCompile(`(?i)reference$|^seed$|^assignment_?id$|token`)

// dropped takes the identifier of respondents that was left out at load, if it
// is the only one. A study that names it has it read, compared, and never
// published.
func (d *drafter) dropped() {
	var found []data.Dropped
	for _, x := range d.book.Dropped {
		v := &column{Variable: &data.Variable{Name: x.Name}}
		if x.Reason == personIDs && v.speakable() && !otherIDs.MatchString(x.Name) {
			found = append(found, x)
		}
	}
	if len(found) == 1 {
		v := &column{Variable: &data.Variable{Name: found[0].Name}}
		d.out.respondent = role{v, "left out of the questions as it holds " + personIDs + "; here it is only compared, never published; a run refuses one that is empty or comes twice: then take this line out"}
	}
}

// room reports whether a number for every respondent fits between the smallest
// and the largest.
func (c *column) room() bool {
	return c.Type != data.Number || c.Max-c.Min >= float64(c.Recorded-1)
}

// weight takes the weight that the file itself names, else the best of the
// columns that are called one.
func (d *drafter) weight() {
	best, most := role{}, 0
	var others []string
	designed := slices.ContainsFunc(d.columns, func(c *column) bool { // weights of strata are few
		toks := tokens(c.Name)
		return len(toks) <= 2 && has(toks, strataWords+" "+clusterWords) != ""
	})
	for _, c := range d.free() {
		points, why := weightPoints(d.book, c, designed)
		if d.body(c) {
			continue
		}
		if points == 0 {
			continue
		}
		if best.column != nil && points <= most {
			others = append(others, c.Name)
		} else {
			if best.column != nil {
				others = append(others, best.column.Name)
			}
			best, most = role{c, why}, points
		}
	}
	if best.column == nil {
		return
	}
	for _, name := range others {
		d.out.leave(name, "called a weight; "+show(best.column.Name)+" is taken")
		for _, c := range d.columns {
			if c.Name == name {
				c.taken = true
			}
		}
	}
	best.column.taken = true
	d.out.weight = best
}

// bodyHeight are the names of a column that tells the height of people.
const bodyHeight = "height stature bmi taille groesse grosse koerpergroesse altura estatura statura altezza lengte"

// body reports whether a weight is that of people's bodies: it is called nothing but
// a weight, the export holds their height too, and it is no sampling weight of mean 1
// nor a number of thousands.
func (d *drafter) body(c *column) bool {
	return len(tokens(c.Name)) == 1 && d.book.Weight != c.Name && 30 < c.Mean && c.Mean < 300 && slices.ContainsFunc(d.columns, func(o *column) bool {
		toks := tokens(o.Name)
		return len(toks) <= 2 && has(toks, bodyHeight) != "" && o.Type == data.Number
	})
}

// weightPoints rates a column as a weight, 0 for none.
func weightPoints(book *data.Codebook, c *column, designed bool) (int, string) {
	if c.Type != data.Number || c.Recorded == 0 || c.Min < 0 || c.Mean <= 0 || c.Distinct < 2 {
		return 0, ""
	}
	toks := tokens(c.Name)
	word := has(toks, weightWords)
	for _, t := range toks {
		if word == "" && (strings.HasPrefix(t, "wt") || strings.HasSuffix(t, "wt") || strings.Contains(t, "wgt")) {
			word = t
		}
	}
	points, why := 0, ""
	switch {
	case book.Weight == c.Name:
		points, why = 100, "the file itself names it as its weight"
	case bodyWeight.MatchString(c.Name + " " + c.Label), len(c.Name) > longestName:
		return 0, ""
	case word != "" && (!c.closed || designed && len(c.Labels) == 0 && len(toks) == 1 && c.complete()):
		points, why = 10, fmt.Sprintf("called %q", word)
	default:
		return 0, ""
	}
	if c.complete() {
		points += 5
		why += ", everybody has one"
	}
	if math.Abs(c.Mean-1) < 0.02 {
		points += 3
		why += ", the mean is 1"
	}
	return points, why
}

// mostWaves is how many waves a tracker has at most.
const mostWaves = 40

// wave takes the column that tells the waves of a tracker apart.
func (d *drafter) wave() {
	for _, c := range d.free() {
		word, most := c.calledWave()
		if word == "" || !c.closed || c.Null > 0 || c.constant() || c.Distinct > most {
			continue
		}
		c.taken = true
		d.out.wave = role{c, fmt.Sprintf("called %q, with %d different values", word, c.Distinct)}
		return
	}
}

// calledWave is the word by which a column is called a wave, and how many waves
// it may then hold. A year or a round has to be called just that.
func (c *column) calledWave() (word string, most int) {
	toks := tokens(c.Name)
	if word = has(toks, waveWords); word != "" && len(toks) <= 3 {
		return word, mostWaves
	}
	if word = has(toks, roundWords); word != "" && len(toks) == 1 && (word == "round" || word == "runde" || c.Type == data.Number && c.Min >= 1950 && c.Max <= 2100) {
		return word, 12
	}
	return "", 0
}

// design takes a complete column that is called one of the words.
func (d *drafter) design(what, words string) role {
	for _, c := range d.free() {
		toks := tokens(c.Name)
		word := has(toks, words)
		if word == "" || len(toks) > 4 || !c.complete() || c.constant() || c.Type == data.Time {
			continue
		}
		if what == "fpc" && c.Type != data.Number {
			continue
		}
		c.taken = true
		return role{c, fmt.Sprintf("called %q", word)}
	}
	return role{}
}

// paradata are columns that the survey tool writes about the interview.
var paradata = regexp.MustCompile(`(?i)^(start|end|recorded?|submit(ted)?|created|modified|interview)[ _.-]?(date|time|stamp)|^(timestamp|datestamp|date|time)$|^(duration|progress|finished|status|channel|distribution ?channel|user ?language|browser|operating ?system|ip ?address|device|location ?(latitude|longitude)|latitude|longitude|zip ?code|postal ?code|postcode|plz|phone|e-?mail|birth_?(day|month|year))(\b|_(sec|seconds|min|minutes|in_seconds))` +
	`|^((group|question|total) time\b|(last ?page|start ?language|submitdate|startdate|datestamp|interviewtime|grouptime\d+|questiontime\w+|date (submitted|started|last action))$)` + // LimeSurvey
	`|(?-i:_(First Click|Last Click|Page Submit|Click Count|Browser|Version|Operating System|Resolution|DO(_\w+)?)$|^Q_(Recaptcha|RelevantID|Duplicate|BallotBox|Language|TotalDuration|URL)\w*$)` + // Qualtrics
	`|^(date (created|modified)|collector ?id|custom data \d)$` + // SurveyMonkey
	`|^(zeitstempel|horodateur|marca (de tiempo|temporal)|informazioni cronologiche|carimbo de data/hora|tijdstempel)$`) // Google Forms

// robot tells the checks that keep machines out.
var robot = regexp.MustCompile(`(?i)\bnot a robot\b|captcha|attention check`)

// equation is a header of LimeSurvey that holds the formula of a computed field.
var equation = regexp.MustCompile(`^\{.*\}$|\w\.NAOK\b|\{\w+\.(NAOK|gseq|shown|code|value)`)

// setAside leaves out what is no answer.
func (d *drafter) setAside() {
	for _, c := range d.free() {
		why := ""
		switch {
		case c.isBirthYear():
			continue // the age can be made of it
		case c.Recorded == 0:
			why = "it is empty"
		case c.Type == data.Time:
			why = "dates and times are no answers"
		case c.oneWave():
			why = "the file holds a single wave"
		case paradata.MatchString(c.Name) || paradata.MatchString(c.Label) || robot.MatchString(c.text()) || has(tokens(c.Name), "recaptcha") != "":
			why = "it tells of the interview or of the person, not of an opinion"
		case equation.MatchString(c.text()):
			why = "the survey tool computed it for its own use"
		case c.Name == "":
			why = "it has no name"
		case has(tokens(c.Name), designWords) != "" && len(tokens(c.Name)) <= 4:
			why = "it belongs to the sampling design"
		case c.counter():
			why = "it numbers the rows"
		case c.everybodyDiffers() && !d.measured(c):
			why = "nearly everybody has another value: an identifier or free text"
		case c.Recorded > c.Profile.Missing && c.constant() && len(c.Labels) < 2 && !tickLike(c):
			why = "everybody has the same value"
		default:
			continue
		}
		c.taken = true
		d.out.leave(c.Name, why)
	}
}

// oneWave reports whether a column tells the wave, and the file is one wave
// only, whatever labels it has for others.
func (c *column) oneWave() bool {
	word, _ := c.calledWave()
	return word != "" && c.constant()
}

// designWords name columns that only a design can use.
const designWords = strataWords + " " + clusterWords + " fpc brr jkn jkw brrw repwt repweight replicate"

// unnamed is the name of a column whose header is empty.
var unnamed = regexp.MustCompile(`^column_\d+$`)

// counter reports whether a column only numbers the rows: it is called a number
// or an identifier, or not called at all, and hardly repeats, or runs through
// all numbers.
func (c *column) counter() bool {
	if c.Type != data.Number || c.Recorded < 20 || int64(c.Distinct)*10 < 9*min(c.Recorded, data.MaxDistinct) {
		return false
	}
	called := has(tokens(c.Name), idWords+" record recordno serial no nr number nummer numero row line") != "" || unnamed.MatchString(c.Name)
	return called || c.Max-c.Min == float64(c.Recorded-1)
}

// measured reports whether numbers that all differ are still a measurement: not
// whole, or spread unlike the numbers of rows.
func (d *drafter) measured(c *column) bool {
	return c.Type == data.Number && has(tokens(c.Name), idWords) == "" && c.Max-c.Min != float64(c.Recorded-1)
}
