package exports

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"tradeoff/data"
)

// LookRows is how many rows of each file are looked at to find identifiers.
const LookRows = 20000

// manyValues is where counting different values stops.
const manyValues = 2000

// A look is what the values of one variable look like.
type look struct {
	rows    int // looked at
	n       int // with a value
	counted int // values seen until manyValues different ones were found

	seen     map[uint64]struct{}
	numbers  int // whole numbers or texts of one
	digits   int // of all whole numbers together
	inSteps  bool
	last     float64
	fraction int // numbers with decimals
	inGlobe  int // numbers from -180 to 180

	emails, addresses, pairs, phones, uuids, codes, dates int
	mixed                                                 int // single words of letters and digits
	letters, characters, words                            int
	sameLength                                            int // length of all texts, -1 if they differ

	parts     int // pieces between commas or semicolons
	separated int // values with more than one piece
	pieces    map[uint64]struct{}
}

// looker looks at the values of one file.
type looker struct {
	seed  maphash.Seed
	looks []look
}

// lookAt looks at the first rows of a file, one look for each variable.
func lookAt(s *data.Survey) ([]look, error) {
	l := looker{seed: maphash.MakeSeed(), looks: make([]look, len(s.Codebook.Variables))}
	for i := range l.looks {
		l.looks[i] = look{seen: map[uint64]struct{}{}, pieces: map[uint64]struct{}{}, inSteps: true}
	}
	rows := 0
	for b, err := range s.Batches(nil) {
		if err != nil {
			return nil, err
		}
		n := min(int(b.Record.NumRows()), LookRows-rows)
		for i := range l.looks {
			l.looks[i].rows += n
			l.add(&l.looks[i], array.NewSlice(b.Record.Column(i), 0, int64(n)))
		}
		if rows += n; rows == LookRows {
			break
		}
	}
	return l.looks, nil
}

// add looks at the values of a column.
func (l *looker) add(k *look, a arrow.Array) {
	k.step(a)
	values, places := held(a)
	for i, rows := range places {
		n := int(rows)
		switch c := values.(type) {
		case *array.Float64:
			if _, missing := data.ExtendedLetter(c.Value(i)); missing { // like a null
				continue
			}
			k.number(c.Value(i), n)
			k.count(maphash.Comparable(l.seed, c.Value(i)), n)
		case *array.String:
			k.text(c.Value(i), n)
			l.split(k, c.Value(i), n)
			k.count(maphash.String(l.seed, c.Value(i)), n)
		case *array.Timestamp:
			k.count(maphash.Comparable(l.seed, c.Value(i)), n)
		}
	}
}

// step checks whether numbers go up by one from row to row.
func (k *look) step(a arrow.Array) {
	codes, values, coded := data.Codes(a)
	if !coded {
		values = a
	}
	numbers, ok := values.(*array.Float64)
	k.inSteps = k.inSteps && ok && a.NullN() == 0
	for i := 0; i < a.Len() && k.inSteps; i++ {
		at := i
		if coded {
			at = int(codes[i])
		}
		v := numbers.Value(at)
		k.inSteps = k.n+i == 0 || v == k.last+1
		k.last = v
	}
}

// number looks at a number that n rows hold.
func (k *look) number(v float64, n int) {
	if v >= -180 && v <= 180 {
		k.inGlobe += n
	}
	if code := data.Code(v); strings.ContainsAny(code, ".e") {
		k.fraction += n
	} else {
		k.numbers += n
		k.digits += n * len(strings.TrimPrefix(code, "-"))
	}
}

// count adds a value that n rows hold to those seen, by its hash.
func (k *look) count(hash uint64, n int) {
	k.n += n
	if len(k.seen) < manyValues {
		k.seen[hash] = struct{}{}
		k.counted = k.n
	}
}

// split counts the pieces of an answer of n rows that joins several.
func (l *looker) split(k *look, v string, n int) {
	pieces := 0
	for piece := range strings.FieldsFuncSeq(v, func(r rune) bool { return r == ',' || r == ';' || r == '|' }) {
		if piece = strings.TrimSpace(piece); piece == "" {
			continue
		}
		pieces++
		if len(k.pieces) < manyValues {
			k.pieces[maphash.String(l.seed, piece)] = struct{}{}
			k.parts += n
		}
	}
	if pieces > 1 {
		k.separated += n
	}
}

// text looks at a text that n rows hold.
func (k *look) text(v string, n int) {
	characters := utf8.RuneCountInString(v)
	switch {
	case k.n == 0:
		k.sameLength = characters
	case k.sameLength != characters:
		k.sameLength = -1
	}
	letters, digits, others := classes(v)
	if letters > 0 && digits > 0 && !strings.Contains(v, " ") {
		k.mixed += n
	}
	k.characters += n * characters
	k.letters += n * letters
	k.words += n * len(strings.Fields(v))
	switch {
	case hasEmail(v):
		k.emails += n
	case isAddress(v):
		k.addresses += n
	case isPair(v):
		k.pairs += n
	case letters <= maxDateLetters && isDate(v):
		k.dates += n
	case letters == 0 && isNumber(v):
		k.numbers += n
		k.digits += n * digits
		if isPhone(v, digits, others) {
			k.phones += n
		}
	case letters == 0 && isPhone(v, digits, others):
		k.phones += n
	case isUUID(v):
		k.uuids += n
	case characters >= 8 && letters > 0 && digits > 0 && !strings.ContainsAny(v, " ,;|/"):
		k.codes += n
	}
}

// classes counts letters, digits and everything else but blanks.
func classes(v string) (letters, digits, others int) {
	for _, r := range v {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case r != ' ':
			others++
		}
	}
	return letters, digits, others
}

// hasEmail reports whether a word of the text is an e-mail address.
func hasEmail(v string) bool {
	if !strings.Contains(v, "@") {
		return false
	}
	for w := range strings.FieldsSeq(v) {
		at := strings.LastIndexByte(w, '@')
		if at <= 0 {
			continue
		}
		domain := strings.TrimRight(w[at+1:], ".,;:>)")
		dot := strings.LastIndexByte(domain, '.')
		if dot > 0 && len(domain)-dot > 2 && !strings.ContainsAny(domain, "@/") {
			return true
		}
	}
	return false
}

// isAddress reports whether the text is a network address, IPv4 or IPv6.
func isAddress(v string) bool {
	if strings.Count(v, ".") != 3 && strings.Count(v, ":") < 2 {
		return false
	}
	a, err := netip.ParseAddr(v)
	// 10:15:00 is a time and not an address; ParseAddr refuses it too.
	return err == nil && a.IsValid()
}

// isPair reports whether the text is a latitude and a longitude.
func isPair(v string) bool {
	a, b, ok := strings.Cut(v, ",")
	return ok && degrees(strings.TrimSpace(a), 90) && degrees(strings.TrimSpace(b), 180)
}

// degrees reports whether the text is a number within the limit and with at
// least three decimals, as coordinates have.
func degrees(v string, limit int) bool {
	v = strings.TrimPrefix(v, "-")
	whole, decimals, ok := strings.Cut(v, ".")
	if !ok || len(decimals) < 3 || len(whole) == 0 || len(whole) > 3 {
		return false
	}
	n := 0
	for _, r := range whole {
		if r < '0' || r > '9' {
			return false
		}
		n = 10*n + int(r-'0')
	}
	return n <= limit && strings.Trim(decimals, "0123456789") == ""
}

// isNumber reports whether a text without letters is a number with or without
// signs that group it.
func isNumber(v string) bool {
	v = strings.TrimLeft(v, "+-")
	return v != "" && strings.Trim(v, "0123456789.,") == ""
}

// maxDateLetters is how many letters a date has at most: a day and a month
// by name, "Wednesday September".
const maxDateLetters = 18

// isDate reports whether a text of few letters has the form of a date or a
// time: a clock, or figures between two slashes or dashes.
func isDate(v string) bool {
	if i := strings.IndexByte(v, ':'); i > 0 && i+2 < len(v) {
		return isDigit(v[i-1]) && isDigit(v[i+1]) && isDigit(v[i+2])
	}
	if !isDigit(v[0]) || !isDigit(v[len(v)-1]) || len(v) > 11 || strings.ContainsAny(v, "() +") {
		return false
	}
	return strings.Count(v, "/") == 2 || strings.Count(v, "-") == 2 || strings.Count(v, ".") == 2
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isPhone reports whether a text without letters can be a phone number: eight
// to fifteen digits, with a sign that phone numbers have or a leading zero.
func isPhone(v string, digits, others int) bool {
	if digits < 8 || digits > 15 || strings.Trim(v, "0123456789+()/-. ") != "" {
		return false
	}
	return v[0] == '+' || v[0] == '0' || v[0] == '(' || others > 0 && strings.ContainsAny(v, "-/ ") || strings.Contains(v, " ")
}

// isUUID reports whether the text is an identifier in the usual forms: hex
// digits, 16 or more, with or without dashes.
func isUUID(v string) bool {
	hex := 0
	for _, r := range v {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'f', r >= 'A' && r <= 'F':
			hex++
		case r != '-' && r != '{' && r != '}':
			return false
		}
	}
	return hex >= 16 && strings.ContainsAny(v, "0123456789")
}

// distinct is how many different values were seen, at most manyValues.
func (k *look) distinct() int { return len(k.seen) }

// spread is the share of values that differ from all others, 0 to 1, as far
// as it was counted.
func (k *look) spread() float64 { return share(len(k.seen), k.counted) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
