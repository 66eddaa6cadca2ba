package pipeline

import (
	"maps"
	"slices"

	"tradeoff/data"
)

// A column may hold numbers in one file and texts in another, with nothing that says which
// text is which number. Where a study would count what stands there as it comes, "1" and
// "Never" would be two answers, or those of one file would belong to nobody.

// mixed refuses such a column unless the study says what its values of both kinds mean.
func (b *binder) mixed(path string, v *data.Variable, listed bool, remedy string) {
	if v == nil || v.Mixed == "" || listed {
		return
	}
	b.fault(path, "column %s holds %s, and nothing says which text is which number; %s, or say which is which under sources (recode)", v.Name, v.Mixed, remedy)
}

// bothKinds reports whether there are numbers and texts among codes.
func bothKinds(codes map[string]bool) bool {
	list := slices.Collect(maps.Keys(codes))
	text := func(code string) bool { return !isNumber(code) }
	return slices.ContainsFunc(list, isNumber) && slices.ContainsFunc(list, text)
}
