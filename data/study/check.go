package study

import (
	"maps"
	"slices"
)

// check looks at what only several parts of the file together can tell.
func (r *reader) check(s *Study) {
	var names, loops []string
	for _, seg := range s.Segments {
		names = append(names, seg.Name)
		if seg.Loop != "" {
			loops = append(loops, seg.Loop)
		}
	}
	for _, seg := range s.Segments {
		r.checkSegment(s, seg, names)
	}
	for _, q := range s.Questions {
		r.checkQuestion(q, loops)
	}
	for _, source := range s.Sources {
		r.checkSource(source)
	}
	r.waves(s)
	r.checkWeight(s)
	r.checkReplicates(s)
	r.checkWeighting(s)
	r.checkTests(s.Tests)
}

// checkWeight checks that the weight is not a column that means something else.
func (r *reader) checkWeight(s *Study) {
	for _, other := range []struct{ column, what string }{
		{s.Respondent, "the id of respondents"}, {s.Wave.Column, "the wave"}, {s.Design.Strata, "the stratum"}, {s.Design.Cluster, "the cluster"},
	} {
		if s.Design.Weight != "" && s.Design.Weight == other.column {
			r.wrong("design.weight", "column %s is %s already; name the column that holds the weights", other.column, other.what)
			return
		}
	}
}

// checkSource checks that no two columns of a file get one name.
func (r *reader) checkSource(s Source) {
	first := map[string]string{}
	for _, was := range slices.Sorted(maps.Keys(s.Rename)) {
		now := s.Rename[was]
		if other := first[now]; other != "" {
			r.wrong("sources.rename."+was, "%s and %s of one file would both be called %s; rename them differently", other, was, now)
			continue
		}
		first[now] = was
	}
}

// checkSegment checks one segment against itself and the others.
func (r *reader) checkSegment(s *Study, seg Segment, names []string) {
	path := "segments." + seg.Name
	switch origins(seg) {
	case 0:
		if !r.has(path+".from") && !r.has(path+".loop") && !r.has(path+".nest") {
			r.wrong(path, "%s needs from: a column, loop: a loop, or nest: segments to cross", seg.Name)
		}
		return
	case 1:
	default:
		r.wrong(path, "%s is made of a column (from), a loop, or a nest: one of them", seg.Name)
		return
	}
	r.checkGroups(path, seg)
	r.checkBands(path, seg.Bands)
	if seg.Loop != "" {
		r.checkLoopSegment(path, seg)
	}
	if seg.Nest != nil {
		r.checkNest(path, s, seg, names)
	}
}

// origins counts in how many ways a segment says what it is made of.
func origins(seg Segment) int {
	n := 0
	for _, set := range []bool{seg.Column != "", seg.Loop != "", seg.Nest != nil} {
		if set {
			n++
		}
	}
	return n
}

// checkGroups checks that the groups are told in one way, that fits what the
// segment is made of, and that no code stands in two.
func (r *reader) checkGroups(path string, seg Segment) {
	ways := map[string]bool{"bands": seg.Bands != nil, "codes": seg.Codes != nil, "nets": seg.Nets != nil, "items": seg.Items != nil}
	first := ""
	for _, key := range []string{"bands", "codes", "nets", "items"} {
		switch {
		case !ways[key]:
		case key == "items" && seg.Loop == "":
			r.wrong(path+".items", "items belong to a loop; the groups of a column are bands, codes or nets")
		case key != "items" && seg.Column == "":
			r.wrong(path+"."+key, "%s belong to a column (from: a column)", key)
		case first != "":
			r.wrong(path+"."+key, "the groups are already told by %s; use one of bands, codes and nets", first)
		default:
			first = key
		}
	}
	in := map[string]string{}
	for _, net := range seg.Nets {
		for _, c := range net.Codes {
			if other := in[c]; other != "" {
				r.wrong(path+".nets."+net.Name+"."+c, "code %s is also in %s; a respondent stands in one group of a segment", c, other)
				continue
			}
			in[c] = net.Name
		}
	}
}

// checkBands checks that bands run upwards and do not overlap.
func (r *reader) checkBands(path string, bands []Band) {
	for i, b := range bands {
		at := path + ".bands." + b.Label
		if b.Low > b.High {
			r.wrong(at, "the band %s ends before it begins", b.Label)
			continue
		}
		if i == 0 {
			continue
		}
		switch last := bands[i-1]; {
		case b.Low > last.High:
		case b.High < last.Low:
			r.wrong(at, "the band %s stands after %s; bands run upwards", b.Label, last.Label)
		default:
			r.wrong(at, "the bands %s and %s overlap: both ends of a band are inside", last.Label, b.Label)
		}
	}
}

// checkLoopSegment checks the segment of a loop.
func (r *reader) checkLoopSegment(path string, seg Segment) {
	switch {
	case seg.Loop == "item":
		r.wrong(path+".loop", "a loop cannot be called item: {item} stands for the items of a grid or a multi")
	case seg.Loop != seg.Name:
		r.wrong(path+".loop", "the segment of a loop bears the loop's name: call it %s, or write loop: %s", seg.Loop, seg.Name)
	}
}

// checkNest checks the segments that a nest crosses.
func (r *reader) checkNest(path string, s *Study, seg Segment, names []string) {
	if len(seg.Nest) < 2 {
		r.wrong(path+".nest", "a nest crosses at least two segments: age*country")
	}
	for i, name := range seg.Nest {
		at := path + ".nest." + name
		k := slices.IndexFunc(s.Segments, func(o Segment) bool { return o.Name == name })
		switch {
		case slices.Contains(seg.Nest[:i], name):
			r.wrong(at, "%s is crossed with itself", name)
		case k < 0:
			r.wrong(at, "no segment is called %q%s; a nest is made of segments of this file, and a column whose own name has a * is written {from: \"..\"}", name, meant(name, names))
		case s.Segments[k].Nest != nil:
			r.wrong(at, "%s is a nest itself; write out the segments that it crosses", name)
		}
	}
}

// Defaults of the levels, for comparing one that is set with one that is not.
const (
	defaultStrict = 0.05
	defaultLoose  = 0.10
)

// checkTests checks that the strict level is the stricter.
func (r *reader) checkTests(t Tests) {
	strict, loose := t.Strict, t.Loose
	if strict == 0 {
		strict = defaultStrict
	}
	if loose == 0 {
		loose = defaultLoose
	}
	if strict < loose {
		return
	}
	path := "tests.strict"
	if t.Strict == 0 {
		path = "tests.loose"
	}
	r.wrong(path, "strict (%v) has to be smaller than loose (%v)", strict, loose)
}
