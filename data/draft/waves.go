package draft

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A source is a file of the study, and its wave where its name tells one.
type source struct{ file, wave string }

// Ways in which names of files tell waves, the plainest first: a year, a part of a
// year, a numbered wave.
var waveNames = []*regexp.Regexp{
	regexp.MustCompile(`(?:19|20)[0-9]{2}`),
	regexp.MustCompile(`(?:19|20)[0-9]{2}[ _-]?[a-zA-Z]?[0-9]{1,2}`),
	regexp.MustCompile(`(?i)(?:\b|_)(?:w|wave|welle|vague|ola|oleada|onda|round|runde)[ _-]?[0-9]{1,2}`),
}

// waves puts files whose names tell their waves in the order of these, unless a
// column of the export tells them.
func (d *drafter) waves() {
	if len(d.out.sources) < 2 || d.out.wave.column != nil || d.book.Variable("wave") != nil {
		return
	}
	for _, re := range waveNames {
		if waves := differing(d.out.sources, re); waves != nil {
			for i := range waves {
				d.out.sources[i].wave = waves[i]
			}
			slices.SortStableFunc(d.out.sources, func(a, b source) int { return cmp.Compare(inDigits(a.wave), inDigits(b.wave)) })
			return
		}
	}
}

// differing is what an expression finds in the name of each file where they differ;
// nil unless that is at one place, and not the same for two.
func differing(files []source, re *regexp.Regexp) []string {
	found := make([][]string, len(files))
	for i, f := range files {
		name := path.Base(f.file)
		found[i] = whole(re, strings.TrimSuffix(name, path.Ext(name)))
		if len(found[i]) != len(found[0]) {
			return nil
		}
	}
	var out []string
	for at := range found[0] {
		var waves []string
		for _, names := range found {
			if !slices.Contains(waves, names[at]) {
				waves = append(waves, names[at])
			}
		}
		switch {
		case len(waves) == 1:
		case out != nil || len(waves) < len(files):
			return nil
		default:
			out = waves
		}
	}
	return out
}

// whole are the parts of a name that an expression finds and that do not cut a number.
func whole(re *regexp.Regexp, name string) []string {
	var out []string
	digit := func(i int) bool { return i >= 0 && i < len(name) && '0' <= name[i] && name[i] <= '9' }
	for _, at := range re.FindAllStringIndex(name, -1) {
		w := strings.TrimLeft(name[at[0]:at[1]], "_")
		if !(digit(at[0]) && digit(at[0]-1)) && !digit(at[1]) {
			out = append(out, w)
		}
	}
	return out
}

// inDigits is the number that the digits of a wave make: wave 10 comes after wave 9.
func inDigits(wave string) int {
	n, _ := strconv.Atoi(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, wave))
	return n
}
