package syntax

import (
	"slices"
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/beside"
	"tradeoff/data/described"
)

// An spss is SPSS syntax as far as it has been read.
type spss struct {
	*source
	c       *described.Codebook
	byName  map[string]*described.Variable // in small letters: names differ by more than that
	handles map[string]string              // names of files, by the words that stand for them
	file    string                         // the data file, as it is named
	reads   bool                           // GET DATA or DATA LIST has come
	comma   bool                           // decimals have one
	spent   int                            // labels and names of all commands, see spend
	idle    []string                       // commands that say nothing of the data
}

// OpenSPSS reads the syntax, finds its data file, and returns the survey. Faults are
// *data.Fault or data.Faults. The data file is closed with the input.
func OpenSPSS(in *data.Input) (*data.Survey, error) {
	c := newCodebook(in)
	text, err := read(c)
	if err != nil {
		return nil, err
	}
	s := &spss{c: c, source: &source{place: place{c}, lines: strings.Split(text, "\n")}, byName: map[string]*described.Variable{}, handles: map[string]string{}}
	for {
		tokens, err := s.next()
		if err != nil {
			return nil, err
		}
		if tokens == nil {
			break
		}
		if err := s.run(&list{place: s.place, tokens: tokens, line: tokens[0].line}); err != nil {
			return nil, err
		}
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	file, err := find(c, s.file)
	if err != nil {
		return nil, err
	}
	return c.Open(file, "SPSS syntax")
}

// A command of SPSS: what it is called, in words that may be cut to three letters, and
// what it does here: nil for one that says nothing of the data.
type command struct {
	words  string
	do     func(s *spss, l *list) error
	silent bool // it need not be said that it is not run
}

// commands are those that are read, and those that may be left out: none of them
// changes what the data are.
func commands() []command {
	return []command{
		{"FILE HANDLE", (*spss).handle, false},
		{"GET DATA", (*spss).getData, false},
		{"DATA LIST", (*spss).dataList, false},
		{"VARIABLES LABELS", (*spss).variableLabels, false},
		{"VALUES LABELS", func(s *spss, l *list) error { return s.valueLabels(l, false) }, false},
		{"ADD VALUES LABELS", func(s *spss, l *list) error { return s.valueLabels(l, true) }, false},
		{"MISSING VALUES", (*spss).missingValues, false},
		{"VARIABLES LEVELS", (*spss).variableLevel, false},
		{"RENAME VARIABLES", (*spss).rename, false},
		{"WEIGHT", (*spss).weight, false},
		{"MRSETS", (*spss).sets, false},
		{"SET", (*spss).set, false},
		{"BEGIN PROGRAMS", (*spss).program, false},
		{"BEGIN DATA", (*spss).inside, false},
		{"GET FILE", (*spss).getFile, false},
		{"PRINT FORMATS", nil, true}, {"WRITE FORMATS", nil, true}, {"FORMATS", nil, true},
		{"VARIABLES WIDTH", nil, true}, {"VARIABLES ALIGNMENT", nil, true}, {"VARIABLES ROLE", nil, true}, {"VARIABLES ATTRIBUTES", nil, true}, {"DATAFILE ATTRIBUTES", nil, true},
		{"SHOW", nil, true}, {"PRESERVE", nil, true}, {"RESTORE", nil, true}, {"CACHE", nil, true}, {"EXECUTE", nil, true},
		{"TITLE", nil, true}, {"SUBTITLE", nil, true}, {"FILE LABEL", nil, true}, {"DATASET", nil, true}, {"OUTPUT", nil, true}, {"NEW FILE", nil, true}, {"CD", nil, true},
		{"SAVE", nil, true}, {"XSAVE", nil, true}, {"EXPORT", nil, true},
		{"DOCUMENTS", nil, false}, {"ADD DOCUMENTS", nil, false}, {"DISPLAY", nil, false}, {"CODEBOOK", nil, false}, {"LIST", nil, false},
		{"FREQUENCIES", nil, false}, {"DESCRIPTIVES", nil, false}, {"CROSSTABS", nil, false},
	}
}

// match tells whether a command has this name, which may be cut to three letters a
// word, and takes it.
func (l *list) match(words string) bool {
	n := 0
	for w := range strings.FieldsSeq(words) {
		if n >= len(l.tokens) || l.tokens[n].kind != word {
			return false
		}
		said := strings.ToUpper(l.tokens[n].text)
		if said != w && (len(said) < 3 || !strings.HasPrefix(w, said)) {
			return false
		}
		n++
	}
	l.line, l.tokens = l.tokens[n-1].line, l.tokens[n:]
	return true
}

// run reads a command. One that is not known is refused: it could change the data.
func (s *spss) run(l *list) error {
	for _, c := range commands() {
		if !l.match(c.words) {
			continue
		}
		if c.do != nil {
			return c.do(s, l)
		}
		name := strings.ReplaceAll(c.words, "VARIABLES", "VARIABLE")
		if !c.silent && !slices.Contains(s.idle, name) {
			s.idle = append(s.idle, name)
		}
		return nil
	}
	return s.fault(l.peek().line, "the command %s may change the data and is not run; run the syntax in SPSS or PSPP and name the .sav file that comes out, or take the command out if the data need it not", strconv.Quote(strings.ToUpper(short(l.peek().text))))
}

// check looks over what has been read.
func (s *spss) check() error {
	if len(s.c.Variables) == 0 {
		return s.c.Fault("", "the syntax describes no variable: there are none in GET DATA, DATA LIST and VARIABLE LABELS; name the data file in its place")
	}
	var faults data.Faults
	seen := map[string]bool{}
	for _, v := range s.c.Variables {
		if seen[v.Name] {
			faults = append(faults, s.c.Fault(v.Name, "two variables have this name; rename one of them"))
		}
		seen[v.Name] = true
	}
	if len(s.idle) > 0 {
		s.c.Note("commands that describe no data are not run: %s.", beside.List(s.idle))
	}
	return faults.Err()
}

// short cuts a word for a message.
func short(s string) string { return beside.Short(s) }

// spend counts what is said of variables, against syntax that says it without end.
func (s *spss) spend(n int) error {
	if s.spent += n; s.spent > maxSpent {
		return s.fault(s.at, "the syntax says more of its variables than any survey needs")
	}
	return nil
}

// handle reads FILE HANDLE name /NAME='file'.
func (s *spss) handle(l *list) error {
	if l.peek().kind != word {
		return l.strange("a name")
	}
	name := strings.ToUpper(l.take().text)
	for !l.done() {
		if l.keyword("NAME") && l.sign("=") && l.peek().kind == quoted {
			s.handles[name] = l.peek().text
		}
		l.take()
	}
	return nil
}

// set reads SET; only the sign of decimals counts.
func (s *spss) set(l *list) error {
	for !l.done() {
		if l.keyword("DECIMAL") {
			l.sign("=")
			s.comma = l.keyword("COMMA")
			continue
		}
		l.take()
	}
	return nil
}

// program passes over a program that stands before the data are read, where it can
// change none.
func (s *spss) program(l *list) error {
	if s.reads {
		return s.fault(l.line, "a program stands behind the data, which it may change, and is not run; run the syntax in SPSS and name the .sav file that comes out")
	}
	s.source.program()
	return nil
}

// inside refuses data in the syntax.
func (s *spss) inside(l *list) error {
	return s.fault(l.line, "the data stand in the syntax itself, from where they are not read; run it in SPSS or PSPP and name the .sav file that comes out")
}

// getFile refuses syntax for a file of SPSS.
func (s *spss) getFile(l *list) error {
	l.sign("=")
	return s.fault(l.line, "it reads %s, which has labels of its own; name that file in place of the syntax", short(l.peek().text))
}

// variable is the one of that name; one that is new in a syntax that does not read data
// is a column of the file beside it.
func (s *spss) variable(t token) (*described.Variable, error) {
	v := s.byName[strings.ToLower(t.text)]
	switch {
	case v != nil:
		return v, nil
	case s.reads:
		return nil, s.fault(t.line, "there is no variable %q; correct the name", short(t.text))
	}
	return s.declare(t)
}

// declare adds a variable.
func (s *spss) declare(t token) (*described.Variable, error) {
	name := strings.ToLower(t.text)
	switch {
	case s.byName[name] != nil:
		return nil, s.fault(t.line, "the variable %q comes twice; rename one of them", short(t.text))
	case len(s.c.Variables) == maxVariables:
		return nil, s.fault(t.line, "there are more than %d variables, which no survey has", maxVariables)
	}
	v := &described.Variable{ID: "#" + strconv.Itoa(len(s.c.Variables)), Variable: data.Variable{Name: t.text}}
	s.byName[name], s.c.Variables = v, append(s.c.Variables, v)
	return v, nil
}

// variables reads names, "a TO d" for those between, up to something else. There is at
// least one.
func (s *spss) variables(l *list) (some []*described.Variable, err error) {
	for l.peek().kind == word {
		t := l.take()
		if strings.EqualFold(t.text, "ALL") && s.byName["all"] == nil {
			return append(some, s.c.Variables...), s.spend(len(s.c.Variables))
		}
		if strings.EqualFold(t.text, "TO") && len(some) > 0 && l.peek().kind == word {
			last, err := s.variable(l.take())
			if err != nil {
				return nil, err
			}
			from, to := slices.Index(s.c.Variables, some[len(some)-1]), slices.Index(s.c.Variables, last)
			if to <= from {
				return nil, s.fault(l.line, "%q does not come behind %q in the data; correct the names", short(last.Name), short(some[len(some)-1].Name))
			}
			some = append(some, s.c.Variables[from+1:to+1]...)
			if err := s.spend(to - from); err != nil {
				return nil, err
			}
			continue
		}
		v, err := s.variable(t)
		if err != nil {
			return nil, err
		}
		if some = append(some, v); len(some) > maxVariables {
			return nil, s.fault(l.line, "there are more than %d variables, which no survey has", maxVariables)
		}
		l.sign(",")
	}
	if some == nil {
		return nil, l.strange("the name of a variable")
	}
	return some, nil
}
