package exports

import (
	"cmp"
	"regexp"
	"slices"

	"tradeoff/data"
)

// Reasons for leaving a variable out.
const (
	whyEmail    = "e-mail addresses"
	whyAddress  = "network addresses"
	whyPlace    = "coordinates"
	whyPhone    = "phone numbers"
	whyName     = "names of people"
	whyStreet   = "postal addresses"
	whyPostcode = "postal codes"
	whyBirth    = "dates of birth"
	whyPerson   = "identifiers of respondents"
	whyDevice   = "identifiers of devices or sessions"
	whyCode     = "codes that differ between respondents"
	whyRow      = "row numbers"
	whyOpen     = "open answers"
	whyMoment   = "times of answering"
)

// serial is the format of a variable that its export declares to number the
// respondents.
const serial = "serial"

// identifiers finds the variables to leave out: those that identify people in
// one file are left out of all. It returns the reason for each.
func identifiers(surveys []*data.Survey, keep []string) (map[string]string, error) {
	dropped, words := map[string]string{}, newLexicon()
	var faults data.Faults
	for _, s := range surveys {
		looks, err := lookAt(s)
		if err != nil {
			if faults, err = collect(faults, err); err != nil {
				return nil, err
			}
			continue
		}
		known := inContext(&s.Codebook)
		for i := range s.Codebook.Variables {
			v := &s.Codebook.Variables[i]
			if slices.Contains(keep, v.Name) || dropped[v.Name] != "" || v.Name == s.Codebook.Weight {
				continue
			}
			if why := cmp.Or(known[v.Name], words.identify(v, &looks[i])); why != "" {
				dropped[v.Name] = why
			}
		}
	}
	return dropped, faults.Err()
}

// identify says why a variable identifies people, "" if it does not. What is
// certain comes before what is likely; few answers repeated by many people
// identify nobody, whatever the variable is called.
func (w *lexicon) identify(v *data.Variable, k *look) string {
	if why := cmp.Or(w.platform[v.Name], w.platform[v.Label]); why != "" {
		return why
	}
	if v.Format == serial {
		return whyPerson
	}
	if k.closed(v) {
		return ""
	}
	if why := cmp.Or(w.whole[squash(v.Name)], w.whole[squash(v.Label)]); why != "" {
		return why
	}
	for _, rule := range []func(*data.Variable, *look) string{byValues, w.byName, byNumbering, w.byOpenness} {
		if why := rule(v, k); why != "" {
			return why
		}
	}
	return ""
}

// closed reports whether the variable is a closed question: it has value
// labels for what it holds, or few values that many people share.
func (k *look) closed(v *data.Variable) bool {
	if len(v.Labels) > 1 && k.distinct() <= len(v.Labels)+3 {
		return true
	}
	return k.distinct() > 0 && k.distinct() <= 12 && k.n >= 4*k.distinct()
}

// byValues tells identifiers by what they look like.
func byValues(v *data.Variable, k *look) string {
	if v.Type != data.Text || k.n == 0 {
		return ""
	}
	spread := k.spread() >= 0.5
	switch {
	case k.emails > 0:
		return whyEmail
	case share(k.addresses, k.n) >= 0.5:
		return whyAddress
	case share(k.pairs, k.n) >= 0.5:
		return whyPlace
	case share(k.phones, k.n) >= 0.5 && spread:
		return whyPhone
	case share(k.uuids, k.n) >= 0.8 && (spread || k.distinct() >= 100):
		return whyCode
	case share(k.codes, k.n) >= 0.8 && k.n >= 10 && (k.spread() >= 0.9 || k.sameLength > 0 && k.distinct() >= 100 && k.spread() >= 0.1):
		return whyCode
	}
	return ""
}

// nameWords is the most words that a name has; more are a question, which
// may speak of e-mail without holding any.
const nameWords = 6

// byName tells identifiers by a word in their name, if the values do not
// speak against it.
func (w *lexicon) byName(v *data.Variable, k *look) string {
	t := tokens(v.Name)
	if len(t) > nameWords || k.n == 0 {
		return ""
	}
	spread := k.spread() >= 0.5
	text := v.Type == data.Text && spread
	wordy := text && k.letters*2 >= k.characters
	figures := share(k.digits, k.numbers) >= 7 && spread
	birth := hasAny(t, w.birthday) || hasAny(t, w.birth) && hasAny(t, w.date)
	switch {
	case text && hasAny(t, w.email):
		return whyEmail
	case hasAny(t, w.phone) && (figures || share(k.phones, k.n) >= 0.5):
		return whyPhone
	case wordy && hasAny(t, w.name):
		return whyName
	case text && k.letters > 0 && hasAny(t, w.street):
		return whyStreet
	case hasAny(t, w.postcode) && k.distinct() >= 30 && k.fraction == 0:
		return whyPostcode
	case birth && (v.Type == data.Time || k.dates*2 > k.n) && k.distinct() >= 5:
		return whyBirth
	case hasAny(t, w.globe) && v.Type == data.Number && k.inGlobe == k.n && share(k.fraction, k.n) >= 0.5 && spread:
		return whyPlace
	case hasAny(t, w.id) && k.n >= 5 && k.spread() >= 0.9 && k.fraction == 0 && v.Type != data.Time:
		return whyPerson
	}
	return ""
}

// byNumbering tells columns that only number the rows.
func byNumbering(v *data.Variable, k *look) string {
	if v.Type == data.Number && k.inSteps && k.n >= 20 && k.n == k.rows {
		return whyRow
	}
	return ""
}

// ownWordsField is a column that survey tools add to a question for what people
// write beside its answers.
var ownWordsField = regexp.MustCompile(`(_TEXT| - Text|\[[Oo]ther\]|Other \(please specify\)|Open-Ended Response)$`)

// byOpenness tells what people wrote in their own words, and texts that
// differ between nearly all of them.
func (w *lexicon) byOpenness(v *data.Variable, k *look) string {
	if v.Type != data.Text || k.n == 0 || k.joined() || 2*(k.numbers+k.dates) >= k.n {
		return ""
	}
	if ownWordsField.MatchString(v.Name) || ownWordsField.MatchString(v.Label) {
		return whyOpen
	}
	t := tokens(v.Name)
	prose := 2*k.letters >= k.characters
	length, words := share(k.characters, k.n), share(k.words, k.n)
	if prose && words >= 2 && len(t) <= nameWords && hasAny(t, w.comment) {
		return whyOpen
	}
	if hasAny(t, w.region) && words < 4 { // Bosnia and Herzegovina
		return ""
	}
	switch {
	case k.n < 5:
		if prose && k.spread() == 1 && words >= 4 {
			return whyOpen
		}
	case k.n < 20:
		if prose && k.spread() >= 0.8 && length >= 8 {
			return whyOpen
		}
	case prose && (k.various() && length >= 8 || k.spread() >= 0.7):
		return whyOpen
	case 2*k.mixed >= k.n && k.spread() >= 0.7:
		return whyCode
	}
	return ""
}

// various reports whether so many values differ that they are no categories:
// half of them, or a smaller share of a larger number, for common answers are
// the more often repeated the more people answer.
func (k *look) various() bool {
	return k.spread() >= 0.5 || k.distinct() >= 300 && k.spread() >= 0.3 || k.distinct() >= 1000 && k.spread() >= 0.1
}

// joined reports whether the texts are ticked answers put together, "a, b":
// long, and nearly all different, but made of few pieces.
func (k *look) joined() bool {
	return share(k.separated, k.n) >= 0.3 && share(len(k.pieces), k.parts) < 0.2
}

// prune takes the variables that were left out from the sets.
func prune(sets []data.Set, dropped map[string]string) []data.Set {
	var out []data.Set
	for _, s := range sets {
		s.Variables = slices.DeleteFunc(slices.Clone(s.Variables), func(n string) bool { return dropped[n] != "" })
		if len(s.Variables) > 0 {
			out = append(out, s)
		}
	}
	return out
}
