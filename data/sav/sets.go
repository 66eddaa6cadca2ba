package sav

import (
	"bytes"
	"strconv"
	"strings"

	"tradeoff/data"
)

// readSets reads the multiple-response sets of records 7/7 and 7/19, one a
// line:
//
//	$name=C 5 label var1 var2           categories
//	$name=D1 1 5 label var1 var2        dichotomies, the counted code with its length
//	$name=E 1 1 1 5 label var1 var2     dichotomies named by the labels of the counted code;
//	                                    11 for the first 1: labelled like its first variable
//
// Lengths are in bytes, so the lines are split before they are decoded. 7/19
// repeats sets of 7/7 in some files; the first of a name is kept.
func (d *dictionary) readSets() []data.Set {
	var sets []data.Set
	seen := map[string]bool{}
	for _, subtype := range []int32{extSets, extMoreSets} {
		rest := bytes.Trim(d.ext[subtype], "\n\x00 ")
		for len(rest) > 0 {
			var set data.Set
			var ok bool
			set, rest, ok = d.readSet(rest)
			switch {
			case !ok:
				d.note("%s: a multiple-response set cannot be read (it begins %q); it and those after it are missing.", d.in.Name(), visible(string(rest[:min(len(rest), 40)])))
				rest = nil
			case len(set.Variables) == 0:
				d.note("%s: multiple-response set %s has no variable that is in the file; it is ignored.", d.in.Name(), set.Name)
			case !seen[set.Name]:
				seen[set.Name] = true
				sets = append(sets, set)
			}
		}
	}
	return sets
}

// readSet reads the set at the beginning of b and returns what follows it, or
// all of b if it is not a set.
func (d *dictionary) readSet(b []byte) (set data.Set, rest []byte, ok bool) {
	s := setText{rest: b, ok: true}
	set.Name = d.decode(s.until('='))
	kind := s.take(1)
	var counted []byte
	borrow := false // the set's label is that of its first variable
	switch string(kind) {
	case "C":
		s.space()
	case "D":
		counted = s.counted()
	case "E":
		s.space()
		borrow = string(s.until(' ')) == "11"
		counted = s.counted()
	default:
		return set, b, false
	}
	set.Label = d.decode(s.counted())
	if !s.ok {
		return set, b, false
	}
	line, rest, _ := bytes.Cut(s.rest, []byte{'\n'})
	var first *field
	for _, name := range bytes.Fields(line) {
		f := d.lookup[upper(d.decode(name))]
		if f == nil {
			d.note("%s: multiple-response set %s names variable %s, which is not in the file; it is left out of the set.", d.in.Name(), set.Name, d.decode(name))
			continue
		}
		if first == nil {
			first = f
		}
		set.Variables = append(set.Variables, f.name)
	}
	if string(kind) != "C" && first != nil {
		set.Counted = first.countedCode(d.decode(counted))
	}
	if borrow && set.Label == "" && first != nil {
		set.Label = d.decode(first.records[0].label)
	}
	return set, bytes.TrimLeft(rest, "\n\x00 "), true
}

// countedCode is the canonical form of a set's counted code.
func (f *field) countedCode(s string) string {
	if f.kind != data.Text {
		if v, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
			return f.code(v)
		}
	}
	return s
}

// A setText is walked through piece by piece; ok turns false at the first
// piece that is not as expected.
type setText struct {
	rest []byte
	ok   bool
}

func (s *setText) take(n int) []byte {
	if !s.ok || n < 0 || n > len(s.rest) {
		s.ok = false
		return nil
	}
	b := s.rest[:n]
	s.rest = s.rest[n:]
	return b
}

func (s *setText) until(end byte) []byte {
	i := bytes.IndexByte(s.rest, end)
	b := s.take(i)
	s.take(1)
	return b
}

func (s *setText) space() {
	if b := s.take(1); s.ok && b[0] != ' ' {
		s.ok = false
	}
}

// counted reads a length, a blank, that many bytes, and the blank after them.
func (s *setText) counted() []byte {
	n, err := strconv.Atoi(string(s.until(' ')))
	if err != nil {
		s.ok = false
	}
	b := s.take(n)
	if s.ok && len(s.rest) > 0 && s.rest[0] == ' ' {
		s.take(1)
	}
	return b
}
