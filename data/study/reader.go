package study

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"tradeoff/data"
)

// A reader walks the nodes of one study file. It notes where each path is set
// and collects the faults.
type reader struct {
	study  *Study
	faults data.Faults
}

// fault notes something wrong at a node.
func (r *reader) fault(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, r.study.at(Place{n.Line, n.Column}, fmt.Sprintf(format, args...)))
}

// wrong notes something wrong with what a path sets.
func (r *reader) wrong(path, format string, args ...any) {
	r.faults = append(r.faults, r.study.Fault(path, format, args...))
}

// set notes that a path is set at a node.
func (r *reader) set(path string, n *yaml.Node) {
	if _, ok := r.study.places[path]; !ok {
		r.study.places[path] = Place{n.Line, n.Column}
	}
}

// has reports whether the file sets a path.
func (r *reader) has(path string) bool {
	_, ok := r.study.places[path]
	return ok
}

// inOrder returns the faults in file order; of several at one place the first
// found stands first.
func (r *reader) inOrder() data.Faults {
	slices.SortStableFunc(r.faults, func(a, b *data.Fault) int {
		ca, _ := strconv.Atoi(a.Column)
		cb, _ := strconv.Atoi(b.Column)
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(ca, cb))
	})
	return r.faults
}

// Fault is a fault of the study file, placed where the path is set, or where
// the nearest of its parents is. A path is made of the keys of the file and, in
// lists, of the entry: "wave", "design.weight", "questions.worry.columns",
// "questions.worry.columns.q2_leak". In the short forms (sex: sex) the last key
// is not in the file, and the fault falls on the value.
func (s *Study) Fault(path, format string, args ...any) *data.Fault {
	return s.at(s.Place(path), fmt.Sprintf(format, args...))
}

// Place is where a path is set, or its nearest parent; line 0 in a study that
// was not read from a file or sets neither.
func (s *Study) Place(path string) Place {
	for {
		for _, p := range spellings(path) {
			if at, ok := s.places[p]; ok {
				return at
			}
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return Place{}
		}
		path = path[:i]
	}
}

// spellings are the ways in which a path may stand in the file: a question's
// columns under column or columns, a segment's under from.
func spellings(path string) []string {
	if p, ok := strings.CutSuffix(path, ".column"); ok {
		return []string{path, p + ".columns", p + ".from"}
	}
	if p, ok := strings.CutSuffix(path, ".columns"); ok {
		return []string{path, p + ".column"}
	}
	return []string{path}
}

// at is a fault at a place, with the line of the file and a caret under the
// place where there is one.
func (s *Study) at(p Place, found string) *data.Fault {
	f := &data.Fault{File: s.file, Study: true, Found: found}
	if p.Line > 0 {
		f.Row, f.Column = int64(p.Line), strconv.Itoa(p.Column)
		f.Found += s.snippet(p)
	}
	return f
}

// snippetWidth is how much of a long line a message shows.
const snippetWidth = 90

// snippet is the line of a place with a caret below, both indented, each after
// a line break.
func (s *Study) snippet(p Place) string {
	if p.Line > len(s.lines) {
		return ""
	}
	line := []rune(strings.ReplaceAll(s.lines[p.Line-1], "\t", " "))
	col := min(p.Column-1, len(line))
	start := 0
	if len(line) > snippetWidth {
		start = max(0, min(col-snippetWidth/2, len(line)-snippetWidth))
		line = line[start : start+snippetWidth]
	}
	margin := fmt.Sprintf("  %d | ", p.Line)
	return fmt.Sprintf("\n%s%s\n%s^", margin, string(line), strings.Repeat(" ", len(margin)+col-start))
}

// newStudy is an empty study of a file.
func newStudy(path string, b []byte) *Study {
	return &Study{
		Name:   folderName(path),
		Path:   path,
		file:   filepath.Base(path),
		lines:  strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n"), "\n"),
		places: map[string]Place{},
	}
}

// folderName is the file's name without its ending, made safe as the name of a
// folder on every system.
func folderName(path string) string {
	base := filepath.Base(filepath.ToSlash(path))
	base = strings.TrimSuffix(base, filepath.Ext(base))
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`<>:"/\|?*`, r) {
			return '_'
		}
		return r
	}, base)
	if safe = strings.Trim(safe, " ."); safe == "" {
		return "study"
	}
	return safe
}
