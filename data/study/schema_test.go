package study

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"tradeoff/internal/sharedtest"
)

// compiled is the schema as an independent validator reads it.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("study.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("study.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plain is a YAML text as an editor sees it: JSON values, keys as texts.
func plain(t *testing.T, b []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Load(b, &doc); err != nil {
		t.Fatal(err)
	}
	var value func(n *yaml.Node) any
	value = func(n *yaml.Node) any {
		switch n.Kind {
		case yaml.AliasNode:
			return value(n.Alias)
		case yaml.SequenceNode:
			out := []any{}
			for _, c := range n.Content {
				out = append(out, value(c))
			}
			return out
		case yaml.MappingNode:
			out := map[string]any{}
			for i := 0; i < len(n.Content); i += 2 {
				out[n.Content[i].Value] = value(n.Content[i+1])
			}
			return out
		}
		switch n.Tag {
		case "!!null":
			return nil
		case "!!bool":
			return strings.EqualFold(n.Value, "true")
		case "!!int", "!!float":
			var v float64
			if err := n.Decode(&v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		return n.Value
	}
	return value(doc.Content[0])
}

// TestSchemaFiles validates every study file of the project against the schema.
func TestSchemaFiles(t *testing.T) {
	schema := compiled(t)
	if err := schema.Validate(plain(t, []byte(every))); err != nil {
		t.Errorf("the file with every key: %v", err)
	}
	var files []string
	err := filepath.WalkDir(sharedtest.Root(t), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".yaml" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	studies := 0
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("\nsources:")) || bytes.HasPrefix(b, []byte("study:")) {
			studies++
			agrees(t, schema, path, b)
		}
	}
	if studies == 0 {
		t.Errorf("none of %d files is a study", len(files))
	}
}

// TestSchemaControl validates the control of the bad inputs.
func TestSchemaControl(t *testing.T) {
	path := sharedtest.Path(t, "badinputs", "study.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	agrees(t, compiled(t), path, b)
}

// agrees fails where the reader or the schema finds fault with a study file.
func agrees(t *testing.T, schema *jsonschema.Schema, path string, b []byte) {
	t.Helper()
	if _, err := Parse(path, b); err != nil {
		t.Errorf("%v", err)
	}
	if err := schema.Validate(plain(t, b)); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// TestSchemaAgrees gives the same texts to the schema and the reader. What only
// several parts together can tell is in TestFaults: there the schema is silent.
func TestSchemaAgrees(t *testing.T) {
	schema := compiled(t)
	head := "study: S\nsources: a.csv\n"
	for _, tt := range []struct {
		in string
		ok bool
	}{
		{"", true},
		{"client: 2024", true},
		{"client: true", true},
		{"client: 2024-01-01", true},
		{`client: ""`, false},
		{"client:", false},
		{"client: [a]", false},
		{"client: {a: b}", false},
		{"klient: a", false},
		{"notes: a", true},
		{"notes: [a, 2]", true},
		{"notes: []", false},
		{"notes: [a, [b]]", false},
		{"notes: {a: b}", false},
		{"simulated: true", true},
		{`simulated: "true"`, false},
		{"simulated: maybe", false},
		{"wave: w", true},
		{"wave: {column: w}", true},
		{"wave: {column: [w]}", false},
		{"wave: {column: w, report: last}", false},
		{"wave: [w]", false},
		{"design: {weight: w}", true},
		{"design: {wieght: w}", false},
		{"design: {lonely: average}", true},
		{"design: {lonely: mean}", false},
		{"design: w", false},
		{"design: {weight: w, replicates: {columns: r1..r4, method: brr}}", true},
		{"design: {weight: w, replicates: {columns: [r1, r2], method: jkn, rscales: [0.5, 0]}}", true},
		{"design: {weight: w, replicates: {columns: [r1, r2], method: jkn, rscales: [0.5, -1]}}", false},
		{"design: {weight: w, replicates: {columns: [r1, r2], method: knife}}", false},
		{"design: {weight: w, replicates: {method: brr}}", false},
		{"segments: {a: a, b: b, c: c}\nweighting: {rake: {a: {1: 10, 2: 90}, a*b*c: {1: {x: {y: 1}}}}, trim: 5}", true},
		{"segments: {a: a}\nweighting: {rake: {a: {1: -10}}}", false},
		{"segments: {a: a}\nweighting: {rake: {a: {1: 10}}, trim: 1}", false},
		{"weighting: {trim: 3}", false},
		{"segments: {a: b}", true},
		{"segments: {a.b: b}", false},
		{"segments: {}", false},
		{"segments: [a]", false},
		{"segments: {a: {from: b}}", true},
		{"segments: {a: {label: b}}", false},
		{"segments: {a: {from: b, loop: a}}", false},
		{"segments: {a: {from: b, bands: [-17, 18-24, 25, 26+]}}", true},
		{"segments: {a: {from: b, bands: [young]}}", false},
		{"segments: {a: {from: b, bands: 18-24}}", false},
		{"segments: {a: {from: b, bands: {Y: 18-24}}}", true},
		{"segments: {a: {from: b, codes: {1: A, 2: }}}", true},
		{"segments: {a: {from: b, codes: [[1]]}}", false},
		{"segments: {a: {from: b, nets: {A: [1, 2], B: 3}}}", true},
		{"segments: {a: {from: b, nets: [1]}}", false},
		{"segments: {a: {from: b, banner: false}}", true},
		{"segments: {a: {from: b, banner: no}}", false},
		{"questions: {a: {column: b}}", true},
		{"questions: {a: {columns: b}}", true},
		{"questions: {a: b}", false},
		{"questions: {a: {text: b}}", false},
		{"questions: {a: {column: b, columns: [c]}}", false},
		{"questions: {a: {columns: []}}", false},
		{"questions: {a: {column: b, scale: [1, 2, 3], top: 2}}", true},
		{"questions: {a: {column: b, scale: [1, 2, 3], top: 0}}", false},
		{"questions: {a: {column: b, scale: [1, 2, 3], top: 1.5}}", false},
		{"questions: {a: {column: b, scale: {1: Low, 2: High}}}", true},
		{"questions: {a: {column: b, scale: {1: [Low]}}}", false},
		{"questions: {a: {column: b, missing: 98}}", true},
		{"questions: {a: {column: b, missing: {98: No}}}", true},
		{"questions: {a: {column: b, measures: trust}}", true},
		{"questions: {a: {column: b, measures: love}}", false},
		{"questions: {a: {column: b, scores: {1: 0, 2: 33.3}}}", true},
		{"questions: {a: {column: b, scores: {1: x}}}", false},
		{"questions: {a: {column: b, scores: [1]}}", false},
		{`questions: {a: {column: b, separator: ";"}}`, true},
		{"questions: {a: {column: b, separator: 1}}", false},
		{"questions: {a: {column: b, base: All}}", true},
		{"questions: {a: {column: b, base: {text: All, where: {c: [1]}}}}", true},
		{"questions: {a: {column: b, base: {where: c}}}", false},
		{"questions: {a: {column: b, base: {were: {c: 1}}}}", false},
		{"tests: {strict: 0.01}", true},
		{"tests: {strict: 0}", false},
		{"tests: {strict: 1}", false},
		{"tests: {strict: x}", false},
		{"tests: {base: 1}", false},
		{"protect: {group: 3, answer: 3}", true},
		{"protect: {group: 2}", false},
		{"protect: {answer: -5}", false},
	} {
		_, err := Parse("s.yaml", []byte(head+tt.in))
		if (err == nil) != tt.ok {
			t.Errorf("Parse %s: %v, want ok %v", tt.in, err, tt.ok)
		}
		err = schema.Validate(plain(t, []byte(head+tt.in)))
		if (err == nil) != tt.ok {
			t.Errorf("schema %s: %v, want ok %v", tt.in, err, tt.ok)
		}
	}
	for _, in := range []string{"client: a", "study: S", "sources: a"} {
		if err := schema.Validate(plain(t, []byte(in))); err == nil {
			t.Errorf("the schema takes %q", in)
		}
	}
}

// TestSchemaDescribes shows that an editor has something to say about every
// key.
func TestSchemaDescribes(t *testing.T) {
	var walk func(path string, v any)
	seen := 0
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if props, ok := v["properties"].(map[string]any); ok {
				for key, p := range props {
					seen++
					if d, _ := p.(map[string]any)["description"].(string); d == "" {
						t.Errorf("%s.%s has no description", path, key)
					}
				}
			}
			for key, c := range v {
				walk(path+"."+key, c)
			}
		case []any:
			for _, c := range v {
				walk(path, c)
			}
		}
	}
	var doc any
	if err := json.Unmarshal(Schema(), &doc); err != nil {
		t.Fatal(err)
	}
	walk("", doc)
	if seen < 50 {
		t.Errorf("only %d keys are in the schema", seen)
	}
}

// TestSchemaSources gives sources, which other texts share a head with.
func TestSchemaSources(t *testing.T) {
	schema := compiled(t)
	for in, ok := range map[string]bool{
		"a.csv": true, "[a.csv, b.sav]": true, "{file: a.csv}": true,
		"[a.csv, {file: b.csv, rename: {a: b}, recode: {b: {1: 2, x: y}}}]": true,
		"[]": false, "[[a.csv]]": false, "{rename: {a: b}}": false, "{file: a.csv, wave: 1}": true, "{wave: 1}": false, "{file: a.csv, wave: [1]}": false,

		"{file: a.csv, rename: {}}": false, "{file: a.csv, rename: {a: [b]}}": false, "{file: a.csv, recode: {a: 1}}": false, "{file: a.csv, recode: [a]}": false,
	} {
		b := []byte("study: S\nsources: " + in)
		if _, err := Parse("s.yaml", b); (err == nil) != ok {
			t.Errorf("%s: the reader says %v", in, err)
		}
		if err := schema.Validate(plain(t, b)); (err == nil) != ok {
			t.Errorf("%s: the schema says %v", in, err)
		}
	}
}

// TestSourceFaults holds where a slip in a source is said to be.
func TestSourceFaults(t *testing.T) {
	for in, want := range map[string]string{
		"[a.csv, {file: a.csv}]":                                                `s.yaml:2:18: "a.csv" stands here twice (first on line 2); keep one`,
		"{file: a.csv, recod: {q: {1: 2}}}":                                     "s.yaml:2:24: recod is not a setting of sources; is recode meant?",
		"{file: a.csv, rename: {b: a, c: a}}":                                   "s.yaml:2:42: b and c of one file would both be called a; rename them differently",
		"[{file: a.csv, wave: 1}, b.csv]":                                       "s.yaml:2:35: b.csv names no wave, and other files do; write {file: b.csv, wave: ..}, or take the waves out and name the column that tells them under wave",
		"{file: a.csv, wave: 1}\nwave: w":                                       "s.yaml:3:7: the files name their waves under sources, and column w is named here too; keep one of the two",
		"{file: a.csv, wave: 1}\nwave: {labels: {2: Two, 1: One}}":              "s.yaml:3:20: no file is of wave 2; the waves under sources are 1",
		"[{file: a.csv, wave: 1}, {file: b.csv, wave: 2}]\nwave: {labels: [1]}": "s.yaml:3:8: wave 2 of the files under sources is not listed; add it where it belongs, or remove labels to keep the order of the files",
		"a.csv\nwave: {report: latest}":                                         "s.yaml:3:1: column is missing: name the column that holds the wave, or the wave of every file under sources ({file: .., wave: ..})",
	} {
		_, err := Parse("s.yaml", []byte("study: S\nsources: "+in))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", in, err, want)
		}
	}
}
