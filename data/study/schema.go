package study

import (
	"bytes"
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Schema is the JSON Schema (draft 2020-12) of the study file, for editors that
// complete and check while one types. It is made from the table that Parse
// reads by. It knows shapes and words; what only the parts together can tell
// (whether a nest names a segment, whether bands overlap) Parse alone knows.
func Schema() []byte {
	s := *studyShape().schema
	s.Version = jsonschema.Version
	s.Definitions = definitions()
	s.Title = "Study file"
	s.Description = "What the columns of a survey export mean, who the respondents are, and which tables are wanted."
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(&s); err != nil {
		panic("study: the schema does not encode: " + err.Error()) // a mistake in the table, seen by every test
	}
	return b.Bytes()
}
