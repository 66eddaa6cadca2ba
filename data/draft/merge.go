package draft

import (
	"cmp"
	"slices"
	"strings"
)

// This file puts ways of writing one group together: people who type their country
// write USA, usa and U.S.

// spellings are other names of a group, as tokens give them, with the name that it
// goes by.
var spellings = map[string]map[string]string{
	"country": {
		"us": "United States", "u s": "United States", "usa": "United States", "u s a": "United States", "united states": "United States", "the united states": "United States",
		"united states of america": "United States", "united state": "United States", "unites states": "United States", "the us": "United States", "the usa": "United States", "america": "United States",
		"uk": "United Kingdom", "u k": "United Kingdom", "gb": "United Kingdom", "united kingdom": "United Kingdom", "the uk": "United Kingdom", "great britain": "United Kingdom", "britain": "United Kingdom",
		"united kingdom of great britain and northern ireland": "United Kingdom", "england": "United Kingdom", "scotland": "United Kingdom", "wales": "United Kingdom", "northern ireland": "United Kingdom",
		"netherlands": "Netherlands", "the netherlands": "Netherlands", "holland": "Netherlands",
		"uae": "United Arab Emirates", "south korea": "South Korea", "republic of korea": "South Korea", "korea south": "South Korea",
		"czechia": "Czech Republic", "czech republic": "Czech Republic", "viet nam": "Vietnam", "vietnam": "Vietnam",
	},
	"gender": {"m": "Male", "male": "Male", "man": "Male", "f": "Female", "female": "Female", "woman": "Female"},
}

// A net is a group of several codes.
type net struct {
	name  string
	codes []option
	n     int64
}

// nets puts the answers together that are ways of writing one group, the largest
// group first; nil if all are groups of their own. It looks at the words of texts
// that people wrote: a code with a label is one answer.
func nets(concept string, list []option) []net {
	at := map[string]int{}
	var out []net
	for _, o := range list {
		if o.label != "" {
			return nil
		}
		key := strings.Join(tokens(strings.ToLower(o.code)), " ")
		name := spellings[concept][key]
		if name != "" {
			key = name
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, net{name: cmp.Or(name, o.code)})
		}
		out[i].codes = append(out[i].codes, o)
		out[i].n += o.n
	}
	if len(out) == len(list) {
		return nil
	}
	for i := range out {
		if len(out[i].codes) == 1 {
			out[i].name = out[i].codes[0].code
		}
	}
	slices.SortStableFunc(out, func(a, b net) int { return cmp.Compare(b.n, a.n) })
	return out
}
