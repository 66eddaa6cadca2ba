package study

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// A shape is one form that a value of the study file may take: how it is read,
// and how an editor is told about it. Both come from the same call, so that
// what the schema allows is what the reader takes.
type shape[T any] struct {
	is     string // in words, for "a text is expected here"
	kind   yaml.Kind
	schema *jsonschema.Schema
	// read returns the value, or notes faults and returns false.
	read func(r *reader, path string, n *yaml.Node) (T, bool)
}

// A field is one key of a mapping and the shape of its value.
type field[S any] struct {
	key      string
	required bool
	schema   *jsonschema.Schema
	read     func(r *reader, path string, n *yaml.Node, into *S)
}

// at makes a field that is stored where place says.
func at[S, T any](key, about string, sh shape[T], place func(*S) *T) field[S] {
	schema := *sh.schema
	schema.Description = about
	return field[S]{key: key, schema: &schema, read: func(r *reader, path string, n *yaml.Node, into *S) {
		if v, ok := sh.read(r, path, n); ok {
			*place(into) = v
		}
	}}
}

// must marks a field that has to be there.
func must[S any](f field[S]) field[S] {
	f.required = true
	return f
}

// whole follows an alias to the node that it stands for.
func whole(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// scalar returns the text of a scalar node, or notes what is there instead of
// what was expected.
func (r *reader) scalar(n *yaml.Node, expected string) (string, bool) {
	v := whole(n)
	switch {
	case v.Kind != yaml.ScalarNode:
		r.fault(n, "%s is expected here, not %s", expected, kindName(v.Kind))
	case v.Tag == "!!null":
		r.fault(n, "there is no value here; write one, or remove the key")
	case v.Style&yaml.TaggedStyle != 0:
		r.fault(n, "tags (%s) are not used in a study file; remove it", v.Tag)
	case strings.TrimSpace(v.Value) == "":
		r.fault(n, "the text is empty; write one, or remove the key")
	default:
		return v.Value, true
	}
	return "", false
}

func kindName(k yaml.Kind) string {
	switch k {
	case yaml.MappingNode:
		return "a mapping (key: value)"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}

// textSchema refers to the definition that every text of the file shares.
func textSchema() *jsonschema.Schema { return &jsonschema.Schema{Ref: "#/$defs/text"} }

// definitions allow as text what YAML makes of an unquoted word: a year is a
// number and true a truth value, and both are meant as text.
func definitions() jsonschema.Definitions {
	return jsonschema.Definitions{"text": {AnyOf: []*jsonschema.Schema{
		{Type: "string", Pattern: `\S`}, {Type: "number"}, {Type: "boolean"},
	}}}
}

// text is any single value, taken as it is written; blanks at its ends count
// within quotes only.
func text() shape[string] {
	return shape[string]{is: "a text", kind: yaml.ScalarNode, schema: textSchema(),
		read: func(r *reader, path string, n *yaml.Node) (string, bool) {
			s, ok := r.scalar(n, "a text")
			if whole(n).Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
				s = strings.TrimSpace(s)
			}
			return s, ok
		}}
}

// code is a value of the data.
func code() shape[string] {
	return shape[string]{is: "a code", kind: yaml.ScalarNode, schema: textSchema(),
		read: func(r *reader, path string, n *yaml.Node) (string, bool) {
			s, ok := r.scalar(n, "a code")
			return codeOf(n, s), ok
		}}
}

// codeOf is the canonical code of a scalar node.
func codeOf(n *yaml.Node, s string) string {
	return canonical(s, whole(n).Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0)
}

// choice is one of a few words.
func choice[T ~string](words ...T) shape[T] {
	schema := &jsonschema.Schema{}
	list := make([]string, len(words))
	for i, w := range words {
		schema.Enum = append(schema.Enum, string(w))
		list[i] = string(w)
	}
	is := "one of " + strings.Join(list, ", ")
	return shape[T]{is: is, kind: yaml.ScalarNode, schema: schema,
		read: func(r *reader, path string, n *yaml.Node) (T, bool) {
			s, ok := r.scalar(n, is)
			if !ok {
				return "", false
			}
			for _, w := range words {
				if s == string(w) {
					return w, true
				}
			}
			r.fault(n, "%q is not %s%s", s, is, meant(s, list))
			return "", false
		}}
}

// meant is the question that a misspelt word deserves, or "".
func meant(word string, among []string) string {
	if near := Nearest(word, among); near != "" {
		return fmt.Sprintf("; is %s meant?", near)
	}
	return ""
}

// truth is true or false.
func truth() shape[bool] {
	return shape[bool]{is: "true or false", kind: yaml.ScalarNode, schema: &jsonschema.Schema{Type: "boolean"},
		read: func(r *reader, path string, n *yaml.Node) (bool, bool) {
			s, ok := r.scalar(n, "true or false")
			if !ok {
				return false, false
			}
			if whole(n).Style == 0 {
				switch s {
				case "true", "True", "TRUE":
					return true, true
				case "false", "False", "FALSE":
					return false, true
				}
			}
			r.fault(n, "%q is not true or false (without quotes)", s)
			return false, false
		}}
}

// wholeNumber matches integers as people write them.
var wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})$`)

// count is a whole number of at least least.
func count(least int, why string) shape[int] {
	is := fmt.Sprintf("a whole number of at least %d", least)
	return shape[int]{is: is, kind: yaml.ScalarNode,
		schema: &jsonschema.Schema{Type: "integer", Minimum: json.Number(strconv.Itoa(least)), Maximum: "999999999"},
		read: func(r *reader, path string, n *yaml.Node) (int, bool) {
			s, ok := r.scalar(n, is)
			if !ok {
				return 0, false
			}
			v, err := strconv.Atoi(s)
			if whole(n).Style != 0 || !wholeNumber.MatchString(s) || err != nil || v < least {
				r.fault(n, "%q is not %s%s", s, is, why)
				return 0, false
			}
			return v, true
		}}
}

// decimal matches numbers as people write them.
var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// score is any number.
func score() shape[float64] {
	return shape[float64]{is: "a number", kind: yaml.ScalarNode, schema: &jsonschema.Schema{Type: "number"},
		read: func(r *reader, path string, n *yaml.Node) (float64, bool) {
			s, ok := r.scalar(n, "a number")
			if !ok {
				return 0, false
			}
			if whole(n).Style != 0 || !decimal.MatchString(s) {
				r.fault(n, "%q is not a number (digits, and a point for decimals)", s)
				return 0, false
			}
			return number(s), true
		}}
}

// level is a number between 0 and 1, neither of them.
func level() shape[float64] {
	sh := score()
	sh.schema = &jsonschema.Schema{Type: "number", ExclusiveMinimum: "0", ExclusiveMaximum: "1"}
	read := sh.read
	sh.read = func(r *reader, path string, n *yaml.Node) (float64, bool) {
		v, ok := read(r, path, n)
		if ok && (v <= 0 || v >= 1) {
			r.fault(n, "%v is not a level: write the share, such as 0.05 for 5 %%", v)
			return 0, false
		}
		return v, ok
	}
	return sh
}

// listOf is a list of texts or codes, or one alone.
func listOf(item shape[string]) shape[[]string] {
	return entries(item, itself)
}

// itself is the name of an entry that is a text.
func itself(s string) string { return s }

// entries is a list of values, or one value alone; name is what may stand there
// once.
func entries[T any](item shape[T], name func(T) string) shape[[]T] {
	one := uint64(1)
	return shape[[]T]{is: "a list", kind: yaml.SequenceNode,
		schema: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			item.schema, {Type: "array", Items: item.schema, MinItems: &one},
		}},
		read: func(r *reader, path string, n *yaml.Node) ([]T, bool) {
			if kind := whole(n).Kind; kind != yaml.SequenceNode && (item.kind == kind || item.kind == 0) {
				v, ok := item.read(r, path, n)
				return []T{v}, ok
			}
			return listed(r, path, n, item, name)
		}}
}

// listed reads the entries of a list, each once.
func listed[T any](r *reader, path string, n *yaml.Node, item shape[T], name func(T) string) ([]T, bool) {
	v := whole(n)
	if v.Kind != yaml.SequenceNode {
		r.fault(n, "a list is expected here, not %s", kindName(v.Kind))
		return nil, false
	}
	if len(v.Content) == 0 {
		r.fault(n, "the list is empty; fill it, or remove the key")
		return nil, false
	}
	var out []T
	seen := map[string]*yaml.Node{}
	for _, c := range v.Content {
		entry, ok := item.read(r, path, c)
		if !ok {
			continue
		}
		s := name(entry)
		if first := seen[s]; first != nil {
			r.fault(c, "%q stands here twice (first on line %d); keep one", s, first.Line)
			continue
		}
		seen[s] = c
		r.set(path+"."+s, c)
		out = append(out, entry)
	}
	return out, out != nil
}

// codes is a list of codes, or codes with their words in order.
func codes() shape[[]Code] {
	item := code()
	one := uint64(1)
	label := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{textSchema(), {Type: "null"}}}
	return shape[[]Code]{is: "a list of codes, or a mapping code: label",
		schema: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			item.schema,
			{Type: "array", Items: item.schema, MinItems: &one},
			{Type: "object", AdditionalProperties: label, MinProperties: &one},
		}},
		read: func(r *reader, path string, n *yaml.Node) ([]Code, bool) {
			if whole(n).Kind == yaml.MappingNode {
				return r.labelled(path, n)
			}
			list, ok := listOf(item).read(r, path, n)
			out := make([]Code, len(list))
			for i, c := range list {
				out[i].Code = c
			}
			return out, ok
		}}
}

// labelled reads codes with their words; a code without a word takes the
// export's.
func (r *reader) labelled(path string, n *yaml.Node) ([]Code, bool) {
	var out []Code
	ok := r.pairs(path, n, code(), func(c, at string, key, value *yaml.Node) {
		label := ""
		if v := whole(value); v.Kind != yaml.ScalarNode || v.Tag != "!!null" {
			label, _ = text().read(r, at, value)
		}
		out = append(out, Code{c, label})
	})
	return out, ok
}

// saidOf is a mapping of codes to a text about each.
func saidOf() shape[[]Code] {
	one := uint64(1)
	return shape[[]Code]{is: "a mapping code: text", kind: yaml.MappingNode,
		schema: &jsonschema.Schema{Type: "object", AdditionalProperties: textSchema(), MinProperties: &one},
		read: func(r *reader, path string, n *yaml.Node) ([]Code, bool) {
			var out []Code
			ok := r.pairs(path, n, code(), func(c, at string, key, value *yaml.Node) {
				if s, ok := text().read(r, at, value); ok {
					out = append(out, Code{c, s})
				}
			})
			return out, ok
		}}
}

// nets is a mapping of words to codes.
func nets() shape[[]Net] {
	one := uint64(1)
	list := listOf(code())
	return shape[[]Net]{is: "a mapping label: [codes]", kind: yaml.MappingNode,
		schema: &jsonschema.Schema{Type: "object", AdditionalProperties: list.schema, MinProperties: &one, PropertyNames: notBlank()},
		read: func(r *reader, path string, n *yaml.Node) ([]Net, bool) {
			var out []Net
			ok := r.pairs(path, n, text(), func(label, at string, key, value *yaml.Node) {
				if codes, ok := list.read(r, at, value); ok {
					out = append(out, Net{label, codes})
				}
			})
			return out, ok && out != nil
		}}
}

// conditions is a mapping of columns to codes.
func conditions() shape[[]Condition] {
	sh := nets()
	return shape[[]Condition]{is: "a mapping column: [codes]", kind: yaml.MappingNode, schema: sh.schema,
		read: func(r *reader, path string, n *yaml.Node) ([]Condition, bool) {
			list, ok := sh.read(r, path, n)
			out := make([]Condition, len(list))
			for i, c := range list {
				out[i] = Condition{Column: c.Name, Codes: c.Codes}
			}
			return out, ok
		}}
}

// mapping is a mapping of texts or codes to values.
func mapping[T any](key shape[string], value shape[T]) shape[map[string]T] {
	one := uint64(1)
	return shape[map[string]T]{is: "a mapping (" + key.is + ": " + value.is + ")", kind: yaml.MappingNode,
		schema: &jsonschema.Schema{Type: "object", AdditionalProperties: value.schema, MinProperties: &one, PropertyNames: notBlank()},
		read: func(r *reader, path string, n *yaml.Node) (map[string]T, bool) {
			out := map[string]T{}
			ok := r.pairs(path, n, key, func(name, at string, _, node *yaml.Node) {
				if v, ok := value.read(r, at, node); ok {
					out[name] = v
				}
			})
			return out, ok
		}}
}

// bands is a list of ranges, or words with their ranges.
func bands() shape[[]Band] {
	one := uint64(1)
	item := &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string", Pattern: bandPattern}, {Type: "number"}}}
	return shape[[]Band]{is: "a list of bands",
		schema: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{
			{Type: "array", Items: item, MinItems: &one},
			{Type: "object", AdditionalProperties: item, MinProperties: &one, PropertyNames: notBlank()},
		}},
		read: func(r *reader, path string, n *yaml.Node) ([]Band, bool) {
			var out []Band
			if whole(n).Kind == yaml.MappingNode {
				ok := r.pairs(path, n, text(), func(label, at string, key, value *yaml.Node) {
					if b, ok := r.band(value); ok {
						b.Label = label
						out = append(out, b)
					}
				})
				return out, ok && out != nil
			}
			if whole(n).Kind != yaml.SequenceNode || len(whole(n).Content) == 0 {
				r.fault(n, "a list of bands such as [18-34, 35-54, 55+] is expected here")
				return nil, false
			}
			for _, c := range whole(n).Content {
				if b, ok := r.band(c); ok {
					r.set(path+"."+b.Label, c)
					out = append(out, b)
				}
			}
			return out, out != nil
		}}
}

// band reads one band.
func (r *reader) band(n *yaml.Node) (Band, bool) {
	s, ok := r.scalar(n, "a band such as 18-24 or 65+")
	if !ok {
		return Band{}, false
	}
	b, ok := parseBand(s)
	if !ok {
		r.fault(n, "%q is not a band; write 18-24, 65+ for 65 and over, or -17 for 17 and under", s)
	}
	return b, ok
}

// notBlank is the schema of a key that is a text.
func notBlank() *jsonschema.Schema { return &jsonschema.Schema{Pattern: `\S`} }

// pairs reads the entries of a mapping in order, each key once. The path of an
// entry is the mapping's and the key.
func (r *reader) pairs(path string, n *yaml.Node, key shape[string], each func(name, at string, key, value *yaml.Node)) bool {
	v := whole(n)
	if v.Kind != yaml.MappingNode {
		r.fault(n, "a mapping (key: value) is expected here, not %s", kindName(v.Kind))
		return false
	}
	if len(v.Content) == 0 {
		r.fault(n, "the mapping is empty; fill it, or remove the key")
		return false
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(v.Content); i += 2 {
		k, value := v.Content[i], v.Content[i+1]
		name, ok := key.read(r, path, k)
		if !ok || r.twice(seen, name, k) {
			continue
		}
		at := join(path, name)
		r.place(at, k, value)
		each(name, at, k, value)
	}
	return true
}

// place notes where an entry is set: a single value at the value, everything
// else at its key.
func (r *reader) place(path string, key, value *yaml.Node) {
	if value.Kind == yaml.ScalarNode || value.Kind == yaml.AliasNode {
		r.set(path, value)
		return
	}
	r.set(path, key)
}

// twice notes a key that was set before.
func (r *reader) twice(seen map[string]*yaml.Node, name string, key *yaml.Node) bool {
	first := seen[name]
	if first == nil {
		seen[name] = key
		return false
	}
	if first.Line == key.Line {
		r.fault(key, "%s is set twice on line %d; keep one", name, key.Line)
	} else {
		r.fault(key, "%s is set twice, on line %d and on line %d; keep one", name, first.Line, key.Line)
	}
	return true
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// object is a mapping of known keys.
func object[S any](is string, fields ...field[S]) shape[S] {
	schema := &jsonschema.Schema{Type: "object", Properties: jsonschema.NewProperties(), AdditionalProperties: jsonschema.FalseSchema}
	known := make([]string, len(fields))
	for i, f := range fields {
		known[i] = f.key
		schema.Properties.Set(f.key, f.schema)
		if f.required {
			schema.Required = append(schema.Required, f.key)
		}
	}
	return shape[S]{is: is, kind: yaml.MappingNode, schema: schema,
		read: func(r *reader, path string, n *yaml.Node) (S, bool) {
			var out S
			v := whole(n)
			if v.Kind != yaml.MappingNode {
				r.fault(n, "%s is expected here, not %s", is, kindName(v.Kind))
				return out, false
			}
			seen := map[string]*yaml.Node{}
			for i := 0; i+1 < len(v.Content); i += 2 {
				r.entry(path, v.Content[i], known, seen, func(at string, which int) {
					r.place(at, v.Content[i], v.Content[i+1])
					fields[which].read(r, at, v.Content[i+1], &out)
				})
			}
			for _, f := range fields {
				if f.required && seen[f.key] == nil {
					r.fault(n, "%s is missing: %s", f.key, f.schema.Description)
				}
			}
			return out, true
		}}
}

// entry finds which of the known keys a key is, and refuses the others.
func (r *reader) entry(path string, key *yaml.Node, known []string, seen map[string]*yaml.Node, each func(at string, which int)) {
	name, ok := text().read(r, path, key)
	if !ok || r.twice(seen, name, key) {
		return
	}
	for i, k := range known {
		if k == name {
			each(join(path, name), i)
			return
		}
	}
	where := "this file"
	if path != "" {
		where = path
	}
	if near := Nearest(name, known); near != "" {
		r.fault(key, "%s is not a setting of %s; is %s meant?", name, where, near)
		return
	}
	r.fault(key, "%s is not a setting of %s; known are %s", name, where, strings.Join(known, ", "))
}

// namePattern is what segments and questions are called.
const namePattern = `^[A-Za-z][A-Za-z0-9_]*$`

var nameText = regexp.MustCompile(namePattern)

// named is a mapping of names that we may use in files and tables to values.
func named[T any](value shape[T], name func(*T, string)) shape[[]T] {
	one := uint64(1)
	return shape[[]T]{is: "a mapping name: " + value.is, kind: yaml.MappingNode,
		schema: &jsonschema.Schema{Type: "object", AdditionalProperties: value.schema, MinProperties: &one, PropertyNames: &jsonschema.Schema{Pattern: namePattern}},
		read: func(r *reader, path string, n *yaml.Node) ([]T, bool) {
			var out []T
			ok := r.pairs(path, n, text(), func(key, at string, k, v *yaml.Node) {
				if !nameText.MatchString(key) {
					r.fault(k, "%q cannot be a name: begin with a letter and use letters, digits and _ only; label or text holds the words", key)
				}
				t, ok := value.read(r, at, v)
				if !ok {
					return
				}
				name(&t, key)
				out = append(out, t)
			})
			return out, ok
		}}
}

// either is a value that has a short form and a long one; the node's kind tells
// which.
func either[T any](short, long shape[T]) shape[T] {
	return shape[T]{is: short.is + " or " + long.is, schema: &jsonschema.Schema{AnyOf: []*jsonschema.Schema{short.schema, long.schema}},
		read: func(r *reader, path string, n *yaml.Node) (T, bool) {
			switch whole(n).Kind {
			case short.kind:
				return short.read(r, path, n)
			case long.kind:
				return long.read(r, path, n)
			}
			var none T
			r.fault(n, "%s or %s is expected here, not %s", short.is, long.is, kindName(whole(n).Kind))
			return none, false
		}}
}

// as turns a shape of one thing into a shape of another.
func as[A, B any](sh shape[A], convert func(A) B) shape[B] {
	return shape[B]{is: sh.is, kind: sh.kind, schema: sh.schema,
		read: func(r *reader, path string, n *yaml.Node) (B, bool) {
			v, ok := sh.read(r, path, n)
			return convert(v), ok
		}}
}
