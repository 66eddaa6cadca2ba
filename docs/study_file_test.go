// Package docs tests that the documents beside it say what the program does.
package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tradeoff/data/study"
)

// node is a part of a JSON Schema.
type node struct {
	Properties           map[string]*node
	AdditionalProperties json.RawMessage
	AnyOf                []*node
	Enum                 []any
}

// object is the node that has the keys of a mapping: itself, one of its forms,
// or what the values of a mapping of names are.
func (n *node) object() *node {
	if n.Properties != nil {
		return n
	}
	for _, f := range n.AnyOf {
		if o := f.object(); o != nil {
			return o
		}
	}
	var values node
	if json.Unmarshal(n.AdditionalProperties, &values) == nil && len(n.AdditionalProperties) > 0 {
		return values.object()
	}
	return nil
}

// read reads a document of this folder, or of the one above.
func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// section is what stands under a heading, up to the next one.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	at := strings.Index(text, "\n"+heading+"\n")
	if at < 0 {
		t.Fatalf("there is no section %q", heading)
	}
	rest := text[at+len(heading)+2:]
	if end := regexp.MustCompile(`(?m)^#+ `).FindStringIndex(rest); end != nil {
		rest = rest[:end[0]]
	}
	return rest
}

var firstColumn = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)$")

// rows are the keys that a section's tables describe, with what they say.
func rows(section string) map[string]string {
	out := map[string]string{}
	for _, m := range firstColumn.FindAllStringSubmatch(section, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// same complains about keys that are described and not there, or the reverse.
func same(t *testing.T, where string, described map[string]string, there []string) {
	t.Helper()
	for _, k := range there {
		if strings.Trim(described[k], " |") == "" {
			t.Errorf("%s does not describe %s", where, k)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(described)) {
		if !slices.Contains(there, k) {
			t.Errorf("%s describes %s, which is not there", where, k)
		}
	}
}

// Every key that the schema knows is described in the section of its mapping,
// every word that it may be is named, and nothing else is.
func TestStudyFileDescribesTheSchema(t *testing.T) {
	var root node
	if err := json.Unmarshal(study.Schema(), &root); err != nil {
		t.Fatal(err)
	}
	at := func(path ...string) *node {
		n := &root
		for _, p := range path {
			if n = n.object().Properties[p]; n == nil {
				t.Fatalf("the schema has no %v", path)
			}
		}
		return n.object()
	}
	text := read(t, "study-file.md")
	for _, s := range []struct {
		heading string
		object  *node
	}{
		{"## The file", &root}, {"## sources", at("sources")}, {"## wave", at("wave")}, {"## design", at("design")}, {"### replicates", at("design", "replicates")}, {"## weighting", at("weighting")}, {"## segments", at("segments")},
		{"## questions", at("questions")}, {"### base", at("questions", "base")}, {"## tests", at("tests")}, {"## protect", at("protect")},
	} {
		described := rows(section(t, text, s.heading))
		same(t, "study-file.md, "+s.heading, described, slices.Sorted(maps.Keys(s.object.Properties)))
		for key, n := range s.object.Properties {
			for _, word := range n.Enum {
				if !strings.Contains(described[key], fmt.Sprintf("`%v`", word)) {
					t.Errorf("study-file.md, %s: %s may be %v, which is not said", s.heading, key, word)
				}
			}
			if n.object() != nil && !strings.Contains(text, "(#"+key+")") {
				t.Errorf("study-file.md: %s is a mapping and is not linked to a section of its own", key)
			}
		}
	}
}

var yamlBlock = regexp.MustCompile("(?ms)^( *)```yaml\n(.*?)^ *```$")

// Every example is a study without a fault.
func TestStudyFileExamples(t *testing.T) {
	blocks := yamlBlock.FindAllStringSubmatch(read(t, "study-file.md"), -1)
	if len(blocks) < 5 {
		t.Fatalf("%d examples found; there are more", len(blocks))
	}
	for _, b := range blocks {
		text := strings.ReplaceAll("\n"+b[2], "\n"+b[1], "\n")
		if _, err := study.Parse("example.yaml", []byte(text)); err != nil {
			t.Errorf("an example is wrong:\n%s\n%v", text, err)
		}
	}
}
