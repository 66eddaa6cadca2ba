package jsonl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tradeoff/data"
	"tradeoff/data/readertest"
)

func open(content string) (*data.Survey, error) {
	return Open(data.FromBytes("a.jsonl", []byte(content)))
}

func survey(t testing.TB, content string) *data.Survey {
	t.Helper()
	s, err := open(content)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Each kind of value, in each form of file that holds several objects.
func TestKinds(t *testing.T) {
	objects := []string{
		`{"n": 1, "d": 0.25, "s": "a b ", "yes": true, "q": "7", "m": ["x", "y"], "in": {"city": "K\u00f6ln", "x": {"deep": null}}, "nix": null}`,
		`{"d": -1.5e1, "n": null, "m": [], "s": "\ud83d\ude00\"\\\/\n", "yes": false, "q": "-12", "in": null}`,
		`{"m": ["y", 3, null, "y"], "s": "", "late": 9007199254740993}`,
	}
	want := map[string][]string{
		"n": {"1", "", ""}, "d": {"0.25", "-15", ""}, "s": {"a b", "😀\"\\/\n", ""}, "yes": {"1", "0", ""}, "q": {"7", "-12", ""},
		"m_x": {"1", "0", "0"}, "m_y": {"1", "0", "1"}, "m_3": {"0", "0", "1"}, "in.city": {"Köln", "", ""}, "in.x.deep": {"", "", ""}, "nix": {"", "", ""}, "late": {"", "", "9007199254740993"},
	}
	for what, c := range map[string]struct{ content, format, unit string }{
		"lines":  {strings.Join(objects, "\n") + "\n", "JSON Lines", "line"},
		"mark":   {mark + strings.Join(objects, "\r\n\n"), "JSON Lines", "line"},
		"array":  {"[" + strings.Join(objects, ",") + "]", "JSON", "object"},
		"spread": {" [\n" + strings.ReplaceAll(strings.Join(objects, "\n,\n"), ", ", "\n , ") + "\n]\n", "JSON", "object"},
	} {
		s := survey(t, c.content)
		if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
			t.Error(what, diff)
		}
		if diff := cmp.Diff([]string{"n", "d", "s", "yes", "q", "m_x", "m_y", "m_3", "in.city", "in.x.deep", "nix", "late"}, s.Codebook.Names()); diff != "" {
			t.Error(what, diff)
		}
		if diff := cmp.Diff([]data.Set{{Name: "m", Counted: "1", Variables: []string{"m_x", "m_y", "m_3"}}}, s.Codebook.Sets); diff != "" {
			t.Error(what, diff)
		}
		if f := s.Files[0]; f.Format != c.format || f.Unit != c.unit || f.Rows != 3 {
			t.Errorf("%s: %+v", what, f)
		}
	}
	s := survey(t, strings.Join(objects, "\n"))
	if diff := cmp.Diff([]string{"Numbers in quotation marks are read as numbers: q (line 1).", "Whole numbers of more digits than a number can hold are kept as text: late (line 3)."}, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	if v := s.Codebook.Variable("yes"); v.LabelOf("1") != "true" || v.LabelOf("0") != "false" || v.Level != data.Nominal {
		t.Errorf("%+v", v)
	}
}

// Columns of several kinds are read so that nothing is lost, with a word, or left out
// with a word.
func TestMixed(t *testing.T) {
	s := survey(t, `{"a": 1, "b": true, "c": "x", "d": [{"x": 1}], "e": 1, "f": "01", "e_y": 2}
{"a": "one", "b": 2.50, "c": ["y", "x"], "d": null, "e": [], "f": "1", "e_y": 2}
{"a": false, "b": "", "c": "z", "d": [], "e": ["y"], "f": "2", "e_y": 2}`)
	want := map[string][]string{"a": {"1", "one", "false"}, "b": {"true", "2.5", ""}, "c_x": {"1", "1", "0"}, "c_y": {"0", "1", "0"}, "c_z": {"0", "0", "1"},
		"e_1": {"1", "0", "0"}, "e__y": {"0", "0", "1"}, "f": {"01", "1", "2"}, "e_y": {"2", "2", "2"}}
	if diff := cmp.Diff(want, readertest.Cells(t, s)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"Texts stand among numbers, or true and false, so the column is read as text: a (line 3), b (line 2).",
		"Values that are in no list are read as lists of one: c (line 1), e (line 1).",
		"Lists of objects or of lists are left out; export a column for each of their values: d (line 1).",
	}, s.Codebook.Notes); diff != "" {
		t.Error(diff)
	}
	var many strings.Builder
	for i := range 255 + 1 {
		fmt.Fprintf(&many, `{"q": 1, "m": ["%d"]}`+"\n", i)
	}
	if s := survey(t, many.String()); len(s.Codebook.Variables) != 1 || s.Codebook.Notes[0] != "Lists that hold more than 255 different values, or long texts, are no multiple answers and are left out: m (line 256)." {
		t.Errorf("%q", s.Codebook.Notes)
	}
}

// What is no JSON by RFC 8259, or no survey, is a fault with its line and what to do.
func TestFaults(t *testing.T) {
	for _, c := range []struct{ content, want string }{
		{"{\"a\":1}\n{\"a\":2,}\n", `a.jsonl:2: expected a key in quotation marks, found '}'`},
		{"{\"a\":1}\n{\"a\":2\n", "a.jsonl:3: the file ends in the middle of this object"},
		{"{\"a\":1}\n{\"a\":\"x\ny\"}\n", "a.jsonl:2: a text holds a control character"},
		{"{\"a\":1}\n\n{\"a\":2,\n\"a\":3}", "a.jsonl:4: column a: the key stands twice in one object"},
		{"{\"a\":1,\"\\u0061\":2}", "a.jsonl:1: column a: the key stands twice"},
		{"{\"a\":{\"b\":1}}\n{\"a.b\":1}", "a.jsonl: column a.b: a key has a point in its name"},
		{"{\"\":1}", "a.jsonl:1: a key is empty"},
		{"{\"a\":NaN}", "a.jsonl:1: expected a value, found 'N'"},
		{"{\"a\":nul}", "a.jsonl:1: expected null"},
		{"{\"a\":01}", "a.jsonl:1: a number is not written as JSON writes it"},
		{"{\"a\":1.}", "a.jsonl:1: a number is not written"},
		{"{\"a\":-}", "a.jsonl:1: a number is not written"},
		{"{\"a\":1}\n{\"a\":1e999}", "a.jsonl:2: column a: a number is larger than any"},
		{"{\"a\":[1e999]}", "a.jsonl:1: column a: a number is larger than any"},
		{"{\"a\":\"\\x\"}", "a.jsonl:1: a text holds a backslash"},
		{"{\"a\":\"\\u00g0\"}", "a.jsonl:1: a text holds a backslash"},
		{"{\"a\":\"K\xf6ln\"}", "a.jsonl:1: a text is not UTF-8"},
		{"{\"a\" 1}", "a.jsonl:1: expected a colon behind the key, found '1'"},
		{"{\"a\":1 \"b\":2}", "a.jsonl:1: expected a comma or a bracket behind the value"},
		{"{\"a\":[1 2]}", "a.jsonl:1: expected a comma or a bracket in the list"},
		{"{\"a\":[[1}]}", "a.jsonl:1: the bracket '}' closes nothing"},
		{"{\"a\":1}\n[1]", "a.jsonl:2: expected an object, {...}, for each respondent, found '['"},
		{"{\"a\":1},{\"a\":2}", "a.jsonl:1: expected an object, {...}, for each respondent, found ','"},
		{"[{\"a\":1}\n{\"a\":2}]", "a.jsonl: object 2: expected a comma between two objects, found '{'; the file is damaged, export it again (line 2)"},
		{"[{\"a\":1},\n", "a.jsonl: object 2: the array is not closed; the file was cut off, ask for a new export (line 2)"},
		{"[{\"a\":1}] x", "a.jsonl: object 2: the array is closed, and 'x' follows"},
		{"[{\"a\":1},{\"b\":[tru]}]", "a.jsonl: object 2: expected true"},
		{"[{\"a\":1},{\"a\":1e999}]", "a.jsonl: object 2: column a: a number is larger"},
		{"[]", "a.jsonl: object 1: the file holds no object"},
		{"{}\n{}", "a.jsonl: the file holds no list of respondents but objects without values"},
		{`{"responses":[{"a":1},{"a":2}]}`, "a.jsonl: the file holds no list of respondents but one object with others inside it; export JSON Lines"},
		{`{"meta":{"a":1}}`, "a.jsonl: the file holds no list of respondents but one object"},
		{"\xff\xfe{\x00", "a.jsonl:1: the file is in UTF-16"},
		{strings.Repeat(`{"a":`, 100), "a.jsonl:1: objects lie more than 32 deep"},
		{`{"a":[` + strings.Repeat(`[`, 100), "a.jsonl:1: lists and objects lie more than 32 deep"},
		{`{"a":"` + strings.Repeat(`x`, maxObject), "a.jsonl:1: the object that starts here is longer than 16 MB"},
	} {
		_, err := open(c.content)
		if err == nil || !data.IsData(err) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.60q: %v, want %q", c.content, err, c.want)
		}
	}
}

// A file that changes between opening and reading is a fault with its line.
func TestChanged(t *testing.T) {
	const line = `{"a":123,"b":"x"}` + "\n"
	const rows, at = 3 * blockRows, 2*blockRows + 1
	for _, c := range []struct{ now, want string }{
		{`{"a":"x","b":"x"}` + "\n", fmt.Sprintf("a.jsonl:%d: this is not what stood here", at+1)},           // a text
		{`{"a":123,"c":"x"}` + "\n", fmt.Sprintf("a.jsonl:%d: this is not what stood here", at+1)},           // another key
		{`{"a":123,"b":"x" ` + "\n", fmt.Sprintf("a.jsonl:%d: expected a comma or a bracket", at+2)},         // which is not closed
		{strings.Repeat(" ", len(line)-1) + "\n", fmt.Sprintf("a.jsonl:%d: this is not what stood", rows+1)}, // a row less
	} {
		b := []byte(strings.Repeat(line, rows))
		s, err := Open(data.FromBytes("a.jsonl", b))
		if err != nil {
			t.Fatal(err)
		}
		copy(b[at*len(line):], c.now)
		if _, err := readertest.Values(s, nil); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.now, err, c.want)
		}
	}
}

// Objects of random keys and values come out as encoding/json reads them, in lines
// and as an array, with white space or without, whatever the buffer cuts in two.
func TestAgainstEncodingJSON(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zäöü"\\.]{1,4}`), 1, 5, rapid.ID[string]).Draw(r, "keys")
		texts := rapid.SampledFrom([]string{"", "a", "true", "Köln", "5", "x\ty", "\"\\", "😀", "</a>"})
		numbers := rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Map(rapid.IntRange(-99, 99), func(i int) float64 { return float64(i) }))
		n := rapid.SampledFrom([]int{1, 2, 30, 9000}).Draw(r, "rows")
		different := make([]map[string]any, min(n, 30))
		for i := range different {
			different[i] = map[string]any{}
			for k, key := range keys {
				switch rapid.IntRange(0, 3).Draw(r, "kind") {
				case 0: // none
				case 1:
					different[i][key] = nil
				default:
					different[i][key] = any(texts.Draw(r, "text"))
					if k%2 == 0 {
						different[i][key] = numbers.Draw(r, "number")
					}
				}
			}
		}
		array := rapid.Bool().Draw(r, "array")
		var content bytes.Buffer
		rows := make([]map[string]string, n)
		for i := range rows {
			o := different[i%len(different)]
			b, err := json.Marshal(o)
			switch {
			case i%2 == 1 && array:
				b, err = json.MarshalIndent(o, "", "  ")
			case i%3 == 1: // as Python writes them; no key and no text holds a colon or a comma
				b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte(`":`), []byte(`": `)), []byte(`,"`), []byte(`, "`))
			}
			if err != nil {
				r.Fatal(err)
			}
			content.WriteString(map[bool]string{true: string("[,"[min(i, 1)]), false: ""}[array])
			content.Write(b)
			content.WriteByte('\n')
			var back map[string]any
			if err := json.Unmarshal(b, &back); err != nil {
				r.Fatal(err)
			}
			rows[i] = map[string]string{}
			for k, v := range back {
				switch v := v.(type) {
				case float64:
					rows[i][k] = data.Code(v)
				case string:
					rows[i][k] = v
				}
			}
		}
		if array {
			content.WriteByte(']')
		}
		s, err := open(content.String())
		if err != nil {
			if strings.Contains(err.Error(), "objects without values") || strings.Contains(err.Error(), "one object") {
				return
			}
			r.Fatal(err)
		}
		got := readertest.Cells(t, s)
		for i, row := range rows {
			for _, k := range keys {
				if column, ok := got[k]; ok && column[i] != row[k] || !ok && row[k] != "" {
					r.Fatalf("row %d, key %q: %q, want %q", i, k, column, row[k])
				}
			}
		}
		skipped := s.BatchesBut([]string{s.Codebook.Variables[0].Name}, func(before, n int64) bool { return before == 0 })
		for b, err := range skipped {
			if err != nil {
				r.Fatal(err)
			}
			first := s.Codebook.Variables[0].Name
			for i, v := range readertest.ColumnCells(b, 0) {
				if v != rows[int(b.Before)+i][first] {
					r.Fatalf("behind skipped rows: row %d is %q", b.Before+int64(i), v)
				}
			}
		}
	})
}

// parse and strconv say the same of every number that JSON writes.
func TestParse(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`-?(0|[1-9][0-9]{0,18})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?`).Draw(r, "number")
		want, err := strconv.ParseFloat(s, 64)
		if err != nil {
			r.Fatal(err)
		}
		if got := parse([]byte(s)); got != want {
			r.Fatalf("%s is %v, want %v", s, got, want)
		}
	})
}

// Texts with escapes are those of encoding/json.
func TestUnescape(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringMatching(`([a-zé]|\\[\\/bfnrt"]|\\u(00e4|0041|d83d|de00|FFFF|0000)){0,12}`).Draw(r, "text")
		var want string
		if err := json.Unmarshal([]byte(`"`+s+`"`), &want); err != nil {
			r.Fatal(err)
		}
		if got := string(unescape(nil, []byte(s))); got != want || !utf8.ValidString(got) {
			r.Fatalf("%q is %q, want %q", s, got, want)
		}
	})
}

// Every byte of small files changed, every length cut: a survey or a fault, and what
// encoding/json does not read is a fault.
func TestDamage(t *testing.T) {
	for _, whole := range []string{
		`{"a":1,"b":"x\u00e4","c":["y",null],"d":{"e":true}}` + "\n" + `{"a":-2.5e0,"b":"","c":[],"d":null}` + "\n",
		"[{\"a\":10,\n\"b\":false},\n{\"a\":null,\"b\":[{}]}]\n",
		`{"a":1,"b":"x","c":2.5}` + "\n" + `{"a":10,"b":"y","c":null}` + "\n" + `{"a": -3, "b": "", "c": 0.5}` + "\n",
	} {
		readertest.Damage(t, []byte(whole), func(at int) []byte {
			return []byte{0, ' ', '"', '\\', '{', '}', '[', ']', ',', ':', '0', 'x', 0xff}
		}, 4<<20, func(b []byte) {
			s, err := Open(data.FromBytes("a.jsonl", b))
			if _, ok := readertest.Sound(t, s, err); ok && !valid(b) {
				t.Fatalf("%q was read and is no JSON", b)
			}
		})
	}
}

// valid reports whether encoding/json reads all of a file.
func valid(b []byte) bool {
	d := json.NewDecoder(bytes.NewReader(b))
	for d.More() {
		var v any
		if d.Decode(&v) != nil {
			return false
		}
	}
	return true
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"a":1,"b":"x","c":["y",null],"d":{"e":true}}` + "\n" + `{"a":"2"}`))
	f.Add([]byte(`[{"a":10},{"a":[1,[2]]}]`))
	f.Add([]byte(mark + `{"a":"\ud83d\ude00","a.b":1e5}`))
	for _, b := range readertest.Seeds(f, ".json", ".jsonl") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Open(data.FromBytes("a.jsonl", b))
		readertest.Sound(t, s, err)
	})
}

// Opening and all rows, of answers as codes and as texts.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	var content bytes.Buffer
	for i := range rows {
		for k := range 40 {
			sep := ","
			if k == 0 {
				sep = "{"
			}
			if k%4 == 3 {
				fmt.Fprintf(&content, `%s"question_%d":"answer %d"`, sep, k, (i+k)%7)
			} else {
				fmt.Fprintf(&content, `%s"question_%d":%d`, sep, k, (i*k)%11)
			}
		}
		content.WriteString("}\n")
	}
	in := data.FromBytes("a.jsonl", content.Bytes())
	readertest.Benchmark(b, in.Size, rows, func() (int64, error) {
		s, err := Open(in)
		if err != nil {
			return 0, err
		}
		return readertest.Count(s, nil)
	})
}
