package study

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"tradeoff/data"
)

// maxAliased is how many nodes all aliases of a file may stand for together:
// plenty for a scale that a hundred questions share, nothing for a file that
// unfolds to millions.
const maxAliased = 20_000

// Parse reads a study file; name is its path, for messages and for the name of
// the output folder.
//
// The error is a data.Faults with every fault of the file in file order. A
// Study is returned along with it wherever the file can be read at all (it is
// YAML, and a mapping): it holds what is sound, so that a caller can look for
// the columns that it names and show those faults together with these. It is
// not to be run.
func Parse(name string, b []byte) (*Study, error) {
	s := newStudy(name, b)
	root, fault := s.nodes(b)
	if fault != nil {
		return nil, data.Faults{fault}
	}
	r := &reader{study: s}
	if n := aliased(root); n != nil {
		r.fault(n, "aliases (*%s) unfold this file to more than %d entries, or into themselves; write the values out", n.Value, maxAliased)
		return nil, r.faults
	}
	read, ok := studyShape().read(r, "", root)
	if !ok {
		return nil, r.faults
	}
	read.Name, read.Path, read.file, read.lines, read.places = s.Name, s.Path, s.file, s.lines, s.places
	r.check(&read)
	return &read, r.inOrder().Err()
}

// nodes parses the bytes as one YAML document.
func (s *Study) nodes(b []byte) (*yaml.Node, *data.Fault) {
	if i := notText(b); i >= 0 {
		return nil, s.at(placeOf(b, i), "this byte is no UTF-8 text; save the study file as UTF-8")
	}
	var doc yaml.Node
	err := yaml.Load(b, &doc)
	var syntax *yaml.LoadError
	var several *yaml.LoadErrors
	switch {
	case err == nil && len(doc.Content) == 1:
		return doc.Content[0], nil
	case errors.As(err, &several) && doc.Kind == 0:
		return nil, s.at(Place{}, "the study file is empty; draft one with report init")
	case errors.As(err, &several):
		return nil, s.at(Place{}, "the file holds several documents (---); a study is one: remove the others")
	case errors.As(err, &syntax):
		return nil, s.syntax(syntax)
	}
	return nil, s.at(Place{}, "this is not YAML: "+err.Error())
}

// notText is the offset of the first byte that cannot stand in a YAML file, or
// -1.
func notText(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			return i
		}
		i += size
	}
	return -1
}

// placeOf is the line and column of a byte.
func placeOf(b []byte, i int) Place {
	before := b[:i]
	line := bytes.Count(before, []byte("\n")) + 1
	return Place{line, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1}
}

// bracesInText is a pattern such as q7_{industry} or {industry}_q7 without
// quotes around it.
var bracesInText = regexp.MustCompile(`[\s:,\[][^\s"'{,:\[]+\{\w+\}|: *\{\w+\}[^\s,}]`)

// syntax words a fault of the YAML itself, with the remedy for the slips that
// people make.
func (s *Study) syntax(e *yaml.LoadError) *data.Fault {
	p := Place{e.Mark.Line, e.Mark.Column}
	line := ""
	if 0 < p.Line && p.Line <= len(s.lines) {
		line = s.lines[p.Line-1]
	}
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		return s.at(Place{p.Line, strings.IndexByte(indent, '\t') + 1}, "the line is indented with a tab, which YAML does not allow; use spaces")
	case bracesInText.MatchString(line):
		return s.at(p, `not valid YAML here; put quotes around a pattern with braces: "q7_{industry}"`)
	case strings.Contains(e.Message, "mapping values are not allowed"):
		return s.at(p, "not valid YAML: a second colon on the line; put quotes around a text that holds a colon")
	case strings.Contains(e.Message, "cannot start any token"):
		return s.at(p, "not valid YAML: this character cannot begin a value; put quotes around the text")
	case strings.Contains(e.Message, "unknown anchor"):
		return s.at(p, "a value that begins with * refers to an anchor (&name), and there is none of that name; put quotes around a text")
	case strings.Contains(e.Message, "quoted scalar"), strings.Contains(e.ContextMsg, "quoted scalar"):
		if e.ContextMark.Line > 0 {
			p = Place{e.ContextMark.Line, e.ContextMark.Column}
		}
		return s.at(p, "not valid YAML: the quotes that open here are not closed")
	}
	found := "not valid YAML: " + e.Message
	if e.ContextMsg != "" && e.ContextMark.Line > 0 {
		found += " (" + e.ContextMsg + " that begins on line " + strconv.Itoa(e.ContextMark.Line) + ")"
	}
	return s.at(p, found+"; check indentation, commas and brackets")
}

// aliased returns the alias with which the file would unfold beyond the limit,
// or nil. Sizes are counted once per anchor, so that counting does not unfold.
func aliased(root *yaml.Node) *yaml.Node {
	sizes := map[*yaml.Node]int{}
	open := map[*yaml.Node]bool{}
	total := 0
	var culprit *yaml.Node
	var size func(n *yaml.Node) int
	size = func(n *yaml.Node) int {
		if n.Kind != yaml.AliasNode {
			sum := 1
			for _, c := range n.Content {
				sum = min(sum+size(c), maxAliased+1)
			}
			return sum
		}
		target := n.Alias
		if open[target] {
			culprit = n
			return maxAliased + 1
		}
		if _, ok := sizes[target]; !ok {
			open[target] = true
			sizes[target] = size(target)
			open[target] = false
		}
		total = min(total+sizes[target], maxAliased+1)
		if total > maxAliased && culprit == nil {
			culprit = n
		}
		return sizes[target]
	}
	size(root)
	return culprit
}
