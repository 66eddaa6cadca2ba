package exports

import (
	"fmt"
	"slices"
	"strings"

	"tradeoff/data"
)

// toldOf is how many variables a sentence names.
const toldOf = 5

// differences says in sentences what a codebook does not say as another did. The
// variables stand in the same order. Formats of printing do not count: every
// format has its own.
func differences(was, is *data.Codebook) []string {
	var said []string
	if len(was.Variables) != len(is.Variables) {
		return []string{fmt.Sprintf("There are %d variables, not %d.", len(is.Variables), len(was.Variables))}
	}
	renamed := map[string]string{}
	var names []string
	for i := range was.Variables {
		old, now := was.Variables[i].Name, is.Variables[i].Name
		if renamed[old] = now; old != now {
			names = append(names, old+" is called "+now)
		}
	}
	said = tell(said, "Names that the format does not allow are changed", names)
	for _, p := range []struct {
		what string
		same func(a, b *data.Variable) bool
	}{
		{"Question texts are cut or changed", func(a, b *data.Variable) bool {
			return a.Label == b.Label || a.Label == "" && a.Name != b.Name && b.Label == a.Name
		}},
		{"Value labels are cut, changed or left out", func(a, b *data.Variable) bool { return slices.Equal(a.Labels, b.Labels) }},
		{"The values that are no answer are not all declared", func(a, b *data.Variable) bool { return sameMissing(a.Missing, b.Missing) }},
		{"The level of measurement is not kept", func(a, b *data.Variable) bool { return a.Level == b.Level }},
		{"Values are of another type", func(a, b *data.Variable) bool { return a.Type == b.Type }},
	} {
		var which []string
		for i := range was.Variables {
			if !p.same(&was.Variables[i], &is.Variables[i]) {
				which = append(which, is.Variables[i].Name)
			}
		}
		said = tell(said, p.what, which)
	}
	if was.Weight != "" && renamed[was.Weight] != is.Weight {
		said = append(said, fmt.Sprintf("The file does not name %s as its weight.", was.Weight))
	}
	return tell(said, "Multiple-response sets are changed or left out", changedSets(was, is, renamed))
}

// tell adds a sentence that names what it is about, unless there is nothing.
func tell(said []string, what string, which []string) []string {
	if len(which) == 0 {
		return said
	}
	list := strings.Join(which[:min(toldOf, len(which))], ", ")
	if more := len(which) - toldOf; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return append(said, what+": "+list+".")
}

// sameMissing compares what is declared missing, in any order.
func sameMissing(a, b data.Missing) bool {
	if a.HasRange != b.HasRange || a.HasRange && (a.Low != b.Low || a.High != b.High) || len(a.Codes) != len(b.Codes) {
		return false
	}
	return !slices.ContainsFunc(a.Codes, func(code string) bool { return !slices.Contains(b.Codes, code) })
}

// changedSets names the sets that the other codebook has not, or not so.
func changedSets(was, is *data.Codebook, renamed map[string]string) []string {
	var changed []string
	for _, s := range was.Sets {
		var members []string
		for _, name := range s.Variables {
			if now := renamed[name]; now != "" {
				members = append(members, now)
			}
		}
		same := func(t data.Set) bool {
			return strings.TrimPrefix(t.Name, "$") == strings.TrimPrefix(s.Name, "$") && t.Label == s.Label && t.Counted == s.Counted && slices.Equal(t.Variables, members)
		}
		if len(members) > 0 && !slices.ContainsFunc(is.Sets, same) {
			changed = append(changed, s.Name)
		}
	}
	return changed
}
