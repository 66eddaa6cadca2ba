package syntax

import (
	"strconv"
	"strings"

	"tradeoff/data"
	"tradeoff/data/described"
)

// begin is the start of a command that reads the data, of which there is one.
func (s *spss) begin(l *list) error {
	if s.reads || len(s.c.Variables) > 0 {
		return s.fault(l.line, "the syntax reads data a second time or behind its labels; put each survey into a syntax of its own")
	}
	s.reads = true
	return nil
}

// name is the file that a command names: in quotation marks, a word for one, or begun
// by such a word.
func (s *spss) name(l *list) error {
	t := l.take()
	if t.kind != quoted && t.kind != word {
		return l.strange("the name of a file")
	}
	s.file = t.text
	if f, ok := s.handles[strings.ToUpper(t.text)]; ok {
		s.file = f
	}
	return nil
}

// getData reads GET DATA /TYPE=TXT with its subcommands.
func (s *spss) getData(l *list) error {
	if err := s.begin(l); err != nil {
		return err
	}
	s.c.Layout.Positions = true
	for !l.done() {
		if !l.sign("/") {
			return l.strange("a subcommand (/)")
		}
		t := l.take()
		l.sign("=")
		var err error
		switch name := strings.ToUpper(t.text); name {
		case "TYPE":
			if !l.keyword("TXT") {
				return s.fault(l.line, "the data are no text (TYPE=TXT); name the data file in place of the syntax")
			}
		case "FILE":
			err = s.name(l)
		case "ARRANGEMENT":
			if s.c.Fixed = l.keyword("FIXED"); !s.c.Fixed && !l.keyword("DELIMITED") {
				return l.strange("DELIMITED or FIXED")
			}
		case "DELIMITERS":
			s.c.Layout.Delimiter, err = s.delimiter(l)
		case "QUALIFIER":
			err = s.qualifier(l)
		case "FIRSTCASE":
			s.c.Layout.Skip, err = l.whole("FIRSTCASE")
			s.c.Layout.Skip--
		case "FIXCASE":
			n := 0
			if n, err = l.whole("FIXCASE"); err == nil && n != 1 {
				return s.fault(l.line, "each respondent has %d lines, and records of one line are read; export as CSV", n)
			}
		case "DELCASE":
			if !l.keyword("LINE") {
				return s.fault(l.line, "respondents do not begin on lines of their own (DELCASE), as they must; export as CSV")
			}
		case "IMPORTCASE", "IMPORTCASES":
			if !l.keyword("ALL") {
				return s.fault(l.line, "only some respondents are read (IMPORTCASE); name all, or the data file in place of the syntax")
			}
		case "VARIABLES":
			err = s.columns(l)
		case "ENCODING", "LOCALE", "DATATYPEMIN", "LEADINGSPACES", "MAP":
			for !l.done() && l.peek().text != "/" {
				l.take()
			}
		default:
			return s.fault(t.line, "the subcommand %q is not known, and may change how the data are read; name the data file in place of the syntax", short(t.text))
		}
		if err != nil {
			return err
		}
	}
	if s.c.Fixed && s.c.Layout.Skip > 0 {
		return s.fault(l.line, "lines are left out at the top of data of fixed width (FIRSTCASE); take them out of the file")
	}
	return s.complete(l)
}

// complete checks that there are variables, each with a format, and a file.
func (s *spss) complete(l *list) error {
	if len(s.c.Variables) == 0 {
		return s.fault(l.line, "the command names no variable; correct the syntax")
	}
	return nil
}

// whole reads a number from 1.
func (l *list) whole(what string) (int, error) {
	t := l.peek()
	n, err := strconv.Atoi(t.text)
	if t.kind != number || err != nil || n < 1 || n > maxPosition {
		return 0, l.strange("a whole number from 1 (" + what + ")")
	}
	l.take()
	return n, nil
}

// delimiter reads the one sign that stands between values.
func (s *spss) delimiter(l *list) (byte, error) {
	t := l.take()
	text := strings.ReplaceAll(t.text, `\t`, "\t")
	if t.kind != quoted || len(text) != 1 || strings.Contains("\"'\n\r.-", text) || text[0] >= '0' && text[0] <= '9' {
		return 0, s.fault(t.line, "values are read that one sign parts, such as \",\" or \"\\t\", and not %q; export as CSV", short(t.text))
	}
	return text[0], nil
}

// qualifier reads the mark around texts.
func (s *spss) qualifier(l *list) error {
	t := l.take()
	if t.kind != quoted || t.text != "" && t.text != "'" && t.text != `"` {
		return s.fault(t.line, "texts are read that stand in ' or \", and not in %q; export as CSV", short(t.text))
	}
	if t.text != "" {
		s.c.Layout.Quote = t.text[0]
	}
	return nil
}

// columns reads names with formats, of fixed width with places, up to the next
// subcommand: V1 F5 V2 A20, or /1 V1 0-4 F5.
func (s *spss) columns(l *list) error {
	for !l.done() {
		if l.sign("/") {
			switch n := l.peek(); {
			case n.kind == word: // the next subcommand
				l.tokens = append([]token{{sign, "/", l.line}}, l.tokens...)
				return nil
			case n.kind != number || n.text != "1":
				return s.fault(l.line, "respondents have several lines, and records of one line are read; export as CSV")
			}
			l.take()
			continue
		}
		if l.peek().kind != word {
			return l.strange("the name of a variable")
		}
		v, err := s.declare(l.take())
		if err != nil {
			return err
		}
		if s.c.Fixed {
			if err := s.position(l, v, 0); err != nil {
				return err
			}
			v.Start, v.End = v.Start+1, v.End+1 // GET DATA counts from 0
		}
		if l.peek().kind != word {
			return l.strange("a format")
		}
		t := l.take()
		if err := s.format(v, t.text, t.line); err != nil {
			return err
		}
	}
	return nil
}

// position reads where a variable stands, counted from first: 5-8, or 5.
func (s *spss) position(l *list, v *described.Variable, first int) error {
	at := func() (int, bool) {
		t := l.peek()
		n, err := strconv.Atoi(t.text)
		if t.kind != number || err != nil || n < first || n >= maxPosition {
			return 0, false
		}
		l.take()
		return n, true
	}
	var ok bool
	if v.Start, ok = at(); !ok {
		return l.strange("a position")
	}
	if v.End = v.Start; l.sign("-") {
		if v.End, ok = at(); !ok || v.End < v.Start {
			return s.fault(l.line, "%q ends before it starts, or beyond any line; correct the syntax", short(v.Name))
		}
	}
	return nil
}

// dataList reads DATA LIST with its keywords, and the variables behind "/".
func (s *spss) dataList(l *list) error {
	if err := s.begin(l); err != nil {
		return err
	}
	free := false
	for !l.done() && !l.sign("/") {
		t := l.take()
		value := l.sign("=")
		var err error
		switch name := strings.ToUpper(t.text); {
		case name == "FILE" && value:
			err = s.name(l)
		case name == "FIXED", name == "TABLE", name == "NOTABLE":
		case name == "FREE", name == "LIST":
			free = true
		case name == "(" && free:
			err = s.separators(l)
		case name == "RECORDS" && value:
			n := 0
			if n, err = l.whole("RECORDS"); err == nil && n != 1 {
				return s.fault(l.line, "each respondent has %d lines, and records of one line are read; export as CSV", n)
			}
		case name == "SKIP" && value && free:
			s.c.Layout.Skip, err = l.whole("SKIP")
		case name == "ENCODING" && value:
			l.take()
		default:
			return s.fault(t.line, "%q is not known of DATA LIST, and may change how the data are read; name the data file in place of the syntax", short(t.text))
		}
		if err != nil {
			return err
		}
	}
	s.c.Fixed, s.c.Layout.Positions = !free, true
	if free {
		return s.freeList(l)
	}
	return s.fixedList(l)
}

// separators reads what parts the values of DATA LIST FREE and LIST: (",") or (TAB).
func (s *spss) separators(l *list) (err error) {
	if l.keyword("TAB") {
		s.c.Layout.Delimiter = '\t'
	} else if s.c.Layout.Delimiter, err = s.delimiter(l); err != nil {
		return err
	}
	if !l.sign(")") {
		return l.strange("a closing bracket")
	}
	return nil
}

// freeList reads names with formats in brackets: id (A8) q1 q2 (F1).
func (s *spss) freeList(l *list) error {
	for !l.done() {
		some, err := s.names(l)
		if err != nil {
			return err
		}
		format := "F8.2"
		switch {
		case l.sign("*"):
		case l.sign("("):
			if format = l.take().text; !l.sign(")") {
				return l.strange("a closing bracket")
			}
		}
		for _, v := range some {
			if err := s.format(v, format, l.line); err != nil {
				return err
			}
		}
		l.sign("/")
	}
	return s.complete(l)
}

// fixedList reads names with positions: id 1-8 (A) q1 9 q2 10-11 w 12-16 (3).
func (s *spss) fixedList(l *list) error {
	if l.peek().kind == number { // of the record
		if l.take().text != "1" {
			return s.fault(l.line, "respondents have several lines, and records of one line are read; export as CSV")
		}
	}
	for !l.done() {
		if l.sign("/") {
			if l.done() {
				break
			}
			return s.fault(l.line, "respondents have several lines, and records of one line are read; export as CSV")
		}
		some, err := s.names(l)
		if err != nil {
			return err
		}
		all := described.Variable{Variable: data.Variable{Name: some[0].Name}}
		if err := s.position(l, &all, 1); err != nil {
			return err
		}
		format, err := s.bracket(l)
		if err != nil {
			return err
		}
		width := all.End - all.Start + 1
		if width%len(some) != 0 {
			return s.fault(l.line, "%d positions cannot be shared by %d variables; correct the syntax", width, len(some))
		}
		width /= len(some)
		for i, v := range some {
			v.Start = all.Start + i*width
			v.End = v.Start + width - 1
			if err := s.format(v, format, l.line); err != nil {
				return err
			}
		}
	}
	return s.complete(l)
}

// bracket reads what stands in brackets behind a position, as a format: (A), (2) or
// (F, 2); without it a number.
func (s *spss) bracket(l *list) (string, error) {
	if !l.sign("(") {
		return "F", nil
	}
	format := "F"
	if l.peek().kind == word {
		format = l.take().text
		l.sign(",")
	}
	if l.peek().kind == number {
		format += "." + l.take().text
	}
	if !l.sign(")") {
		return "", l.strange("a closing bracket")
	}
	return format, nil
}

// names declares variables, "q1 TO q5" for those numbered between.
func (s *spss) names(l *list) (some []*described.Variable, err error) {
	for l.peek().kind == word {
		t := l.take()
		v, err := s.declare(t)
		if err != nil {
			return nil, err
		}
		if some = append(some, v); !l.keyword("TO") {
			l.sign(",")
			continue
		}
		last := l.take()
		stem := strings.TrimRight(t.text, "0123456789")
		digits := t.text[len(stem):]
		from, err1 := strconv.Atoi(digits)
		to, err2 := strconv.Atoi(strings.TrimPrefix(last.text, stem))
		if err1 != nil || err2 != nil || !strings.HasPrefix(last.text, stem) || to <= from || to-from > maxVariables {
			return nil, s.fault(last.line, "%q TO %q names no variables in order; correct the syntax", short(t.text), short(last.text))
		}
		for n := from + 1; n <= to; n++ {
			number := strconv.Itoa(n)
			name := stem + strings.Repeat("0", max(0, len(digits)-len(number))) + number
			if v, err = s.declare(token{word, name, t.line}); err != nil {
				return nil, err
			}
			some = append(some, v)
		}
	}
	if some == nil {
		return nil, l.strange("the name of a variable")
	}
	return some, nil
}

// format says what a variable holds: F8.2, A20, DATETIME23.2.
func (s *spss) format(v *described.Variable, format string, line int) error {
	kind := strings.TrimRight(strings.ToUpper(format), "0123456789.")
	decimals := 0
	if _, after, ok := strings.Cut(format, "."); ok {
		decimals, _ = strconv.Atoi(after)
	}
	v.Typed, v.Format = true, strings.ToUpper(format)
	switch kind {
	case "A":
		v.Type = data.Text
	case "F", "N", "E":
		v.Type, v.Read = data.Number, numbers(s.comma, decimals*fixedOnly(s.c.Fixed && kind == "F"))
	case "TIME":
		v.Type, v.Read, v.Noun = data.Number, clock, "time of day (14:30:00)"
	default:
		order := orders()[kind]
		if order == "" {
			return s.fault(line, "the format %q of %q is not read; export as SPSS (.sav) or CSV", short(format), short(v.Name))
		}
		v.Type, v.Read, v.Noun = data.Time, moments(order), "date ("+kind+")"
	}
	return nil
}

// fixedOnly is 1 for what counts, as decimals without a point do in fixed width.
func fixedOnly(counts bool) int {
	if counts {
		return 1
	}
	return 0
}
