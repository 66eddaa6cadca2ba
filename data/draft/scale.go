package draft

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// This file finds out whether answers are a scale, and which end is high.

// degrees give an answer its place between -3 and 3 by its words. The first
// that fits is taken; negations stand before what they negate.
var degrees = []struct {
	words  *regexp.Regexp
	degree float64
}{
	{regexp.MustCompile(`(?i)\b(strongly|completely|totally|fully|definitely) (disagree|disapprove|oppose|reject|against)|\b(disagree|disapprove|oppose|reject|against)\b.* strongly\b|\bdefinitely (not|no)\b|\b(very|highly) (un\w+|dis\w+|poor|bad|low)`), -3},
	{regexp.MustCompile(`(?i)\b(completely|extremely|totally) (un\w+|dis\w+|poor|bad|low)`), -3.5},
	{regexp.MustCompile(`(?i)\b(moderately|mostly) (un\w+|dis\w+)`), -1.5},
	{regexp.MustCompile(`(?i)\bslightly (un\w+|dis\w+|oppose)`), -0.7},
	{regexp.MustCompile(`(?i)\bnot \w* ?at all|\bnot at all\b|^(none|nothing)( at all)?$|\bnever\b|\bno \w+ at all`), -3},
	{regexp.MustCompile(`(?i)stimme (überhaupt|gar) nicht|überhaupt (nicht|kein)|\bgar (nicht|kein)|\bnie(mals)?\b|sehr (un\w+|schlecht|gering)`), -3},
	{regexp.MustCompile(`(?i)pas du tout|\bjamais\b|\baucune? confiance|très (in\w+|peu|mauvais|mal)\b`), -3},
	{regexp.MustCompile(`(?i)\bnada\b|en absoluto|\bnunca\b|(totalmente|muy) en desacuerdo|muy (in\w+|im\w+|poco|malo?|mal)\b`), -3},
	{regexp.MustCompile(`(?i)\b(neither|neutral|undecided)\b|^(medium|moderate|average|mittel|moyen(ne)?|medio)$|\bweder\b|teils|\bneutre\b|\bni\b.*\bni\b|\bneutral\b`), 0},
	{regexp.MustCompile(`(?i)\b(somewhat|rather|a little|tend to|mildly) (dis\w+|un\w+|oppose|against)|\b(eher|etwas) (nicht|un\w+|dagegen)|stimme eher nicht|plutôt (pas|in\w+)|algo (en desacuerdo|in\w+)|más bien (no|en desacuerdo)`), -1},
	{regexp.MustCompile(`(?i)\bnot (very|too|so|much|really|that)\b|\bhardly\b|\b(rarely|seldom)\b|\bkaum\b|\bselten\b|pas (vraiment|très)|\brarement\b|\bpeu\b|\bpoco\b|rara vez|casi nunca|\bwenig\b`), -2},
	{regexp.MustCompile(`(?i)\bprobably (not|wouldn.t|won.t)|wahrscheinlich nicht|probablement pas|probablemente no`), -1},
	{regexp.MustCompile(`(?i)^(disagree|disapprove|against|unlikely|dissatisfied|unacceptable|uncomfortable|unimportant|unwilling|oppose|poor|bad|low)\b|^not \w+|stimme nicht zu|^nicht \w+|^un(wahrscheinlich|zufrieden|wichtig)|^pas \w+|^en désaccord|^in(satisfait|acceptable)|^en desacuerdo|^insatisfech|^improbable`), -2},
	{regexp.MustCompile(`(?i)\b(extremely|completely|totally|fully|complete (trust|confidence|agreement))\b`), 3.5},
	{regexp.MustCompile(`(?i)\b(very|strongly|definitely|absolutely|highly|always|constantly)\b|all the time|a great deal|^a lot\b|\b(sehr|voll und ganz|völlig|vollkommen|immer|absolut|äußerst)\b|\b(très|tout à fait|totalement|toujours|entièrement)\b|\b(muy|mucho|totalmente|completamente|siempre|absolutamente)\b`), 3},
	{regexp.MustCompile(`(?i)\b(mostly|often|quite|fairly|usually|mainly|generally|frequently|good deal)\b|\b(ziemlich|meistens|oft|häufig|weitgehend)\b|\b(assez|souvent)\b|\b(bastante|a menudo|frecuentemente)\b`), 2},
	{regexp.MustCompile(`(?i)\b(sometimes|occasionally|from time to time)\b|\b(manchmal|gelegentlich|ab und zu)\b|\b(parfois|de temps en temps)\b|\ba veces\b`), 0.5},
	{regexp.MustCompile(`(?i)\b(moderately)\b`), 1.3},
	{regexp.MustCompile(`(?i)\b(slightly|a little|a bit)\b`), 0.7},
	{regexp.MustCompile(`(?i)\b(somewhat|rather|probably|tend to|partly|only some|pretty|some)\b|\b(eher|etwas|ein wenig|wahrscheinlich)\b|\b(plutôt|un peu|probablement)\b|\b(algo|un poco|más bien|probablemente)\b`), 1},
	{regexp.MustCompile(`(?i)^(agree|favou?r|for|support|approve|likely|satisfied|acceptable|comfortable|important|willing|concerned|worried|safe|good|interested|familiar|high)\b|^stimme zu|^(wahrscheinlich|zufrieden|wichtig|besorgt)|^(d.accord|satisfait|acceptable|important|inquiet)|^(de acuerdo|satisfech|importante|probable|preocupad)`), 1.5},
}

// degree is the place of an answer on a scale.
func degree(label string) (float64, bool) {
	label = strings.TrimSpace(label)
	for _, d := range degrees {
		if d.words.MatchString(label) {
			return d.degree, true
		}
	}
	return 0, false
}

// A scale is answers in order, lowest first.
type scale struct {
	codes    []option
	why      string
	reversed bool // codes are numbers that do not run upwards
}

// scaleOf finds the order of the answers, if their words or their numbers tell.
func scaleOf(answers []option) (scale, bool) {
	if len(answers) < 3 {
		return scale{}, false
	}
	if s, ok := byWords(answers); ok {
		return s, true
	}
	return byEnds(answers)
}

// byWords orders answers each of which says its degree.
func byWords(answers []option) (scale, bool) {
	type placed struct {
		option
		degree float64
	}
	list := make([]placed, len(answers))
	for i, o := range answers {
		d, ok := degree(o.word())
		if !ok {
			return scale{}, false
		}
		list[i] = placed{o, d}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].degree < list[j].degree })
	out := make([]option, len(list))
	for i, p := range list {
		if i > 0 && p.degree == list[i-1].degree {
			return scale{}, false
		}
		out[i] = p.option
	}
	return scale{out, "the words run from " + show(out[0].word()) + " to " + show(out[len(out)-1].word()), !ascending(out)}, true
}

// byEnds orders numbered answers of which the ends say the degree: 1 not at
// all ... 5 very much, or 0 to 10 with words at the ends only. Without labels the
// number may stand in the answer itself: "Very sensitive 10".
func byEnds(answers []option) (scale, bool) {
	list := slices.Clone(answers)
	at := map[string]float64{}
	numbers := true
	for _, o := range list {
		v, err := strconv.ParseFloat(o.code, 64)
		if err != nil {
			found := numbersIn.FindAllString(o.code, -1)
			if len(found) != 1 {
				return scale{}, false
			}
			v, numbers = float(found[0]), false
		}
		at[o.code] = v
	}
	sort.SliceStable(list, func(i, j int) bool { return at[list[i].code] < at[list[j].code] })
	first, last := list[0], list[len(list)-1]
	low, ok1 := degree(first.word())
	high, ok2 := degree(last.word())
	if !ok1 || !ok2 || low*high > 0 || low == high {
		return scale{}, false
	}
	if low > high {
		slices.Reverse(list)
	}
	return scale{list, "its ends are " + show(list[0].word()) + " and " + show(list[len(list)-1].word()), low > high && numbers}, true
}

// ascending reports whether codes are numbers that run upwards, or no numbers.
func ascending(list []option) bool {
	for i := range list {
		v, err := strconv.ParseFloat(list[i].code, 64)
		if err != nil {
			return true
		}
		if i > 0 && v <= float(list[i-1].code) {
			return false
		}
	}
	return true
}
