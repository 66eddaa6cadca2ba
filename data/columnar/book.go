package columnar

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"tradeoff/data"
)

// CodebookKey is the metadata key of a Parquet file or an Arrow schema under
// which the codebook stands, as JSON:
//
//	{"version": 1,
//	 "weight": "w",
//	 "variables": [{"name": "q1", "label": "...", "level": "ordinal", "format": "F8.2",
//	                "labels": [{"code": "1", "label": "no"}],
//	                "missing": {"codes": ["98"], "range": {"low": 900}}}],
//	 "sets": [{"name": "$q2", "label": "...", "counted": "1", "variables": ["q2_1"]}]}
//
// What is empty is left out. An open end of a missing range is left out too.
// Types are those of the columns. Notes and dropped variables are not kept:
// they tell how another file was read.
const CodebookKey = "tradeoff.codebook"

// bookVersion is raised when the JSON changes so that old readers would be
// wrong about it.
const bookVersion = 1

type jsonBook struct {
	Version   int            `json:"version"`
	Weight    string         `json:"weight,omitempty"`
	Variables []jsonVariable `json:"variables"`
	Sets      []jsonSet      `json:"sets,omitempty"`
}

type jsonVariable struct {
	Name    string       `json:"name"`
	Label   string       `json:"label,omitempty"`
	Level   string       `json:"level,omitempty"`
	Format  string       `json:"format,omitempty"`
	Labels  []jsonLabel  `json:"labels,omitempty"`
	Missing *jsonMissing `json:"missing,omitempty"`
}

type jsonLabel struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

type jsonMissing struct {
	Codes []string   `json:"codes,omitempty"`
	Range *jsonRange `json:"range,omitempty"`
}

type jsonRange struct {
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
}

type jsonSet struct {
	Name      string   `json:"name"`
	Label     string   `json:"label,omitempty"`
	Counted   string   `json:"counted,omitempty"`
	Variables []string `json:"variables"`
}

// levels are the words for data.Level, in its order.
var levels = [...]string{"", "nominal", "ordinal", "scale"}

// EncodeBook writes a codebook as the JSON described at CodebookKey.
func EncodeBook(book data.Codebook) (string, error) {
	out := jsonBook{Version: bookVersion, Weight: book.Weight, Variables: []jsonVariable{}}
	for _, v := range book.Variables {
		j := jsonVariable{Name: v.Name, Label: v.Label, Level: levels[v.Level], Format: v.Format, Missing: encodeMissing(v.Missing)}
		for _, l := range v.Labels {
			j.Labels = append(j.Labels, jsonLabel(l))
		}
		out.Variables = append(out.Variables, j)
	}
	for _, s := range book.Sets {
		out.Sets = append(out.Sets, jsonSet(s))
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func encodeMissing(m data.Missing) *jsonMissing {
	if len(m.Codes) == 0 && !m.HasRange {
		return nil
	}
	j := &jsonMissing{Codes: m.Codes}
	if m.HasRange {
		j.Range = &jsonRange{Low: closed(m.Low), High: closed(m.High)}
	}
	return j
}

// closed is the end of a range, nil for an open one.
func closed(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// decodeBook adds what the JSON says to the columns of the file. A variable
// that is not a column is passed over: another program may have removed it.
func decodeBook(text string, book *data.Codebook) error {
	var in jsonBook
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return breaks("its codebook under the key %s cannot be read", CodebookKey)
	}
	if in.Version != bookVersion {
		return breaks("its codebook has version %d, this program reads version %d", in.Version, bookVersion)
	}
	for _, j := range in.Variables {
		v := book.Variable(j.Name)
		if v == nil {
			continue
		}
		v.Label, v.Format = j.Label, j.Format
		v.Level = data.Level(max(0, slices.Index(levels[:], j.Level)))
		v.Labels = nil
		for _, l := range j.Labels {
			v.Labels = append(v.Labels, data.ValueLabel(l))
		}
		v.Missing = decodeMissing(j.Missing)
	}
	if book.Variable(in.Weight) != nil {
		book.Weight = in.Weight
	}
	for _, s := range in.Sets {
		s.Variables = slices.DeleteFunc(s.Variables, func(name string) bool { return book.Variable(name) == nil })
		if len(s.Variables) > 0 {
			book.Sets = append(book.Sets, data.Set(s))
		}
	}
	return nil
}

func decodeMissing(j *jsonMissing) data.Missing {
	if j == nil {
		return data.Missing{}
	}
	m := data.Missing{Codes: j.Codes}
	if j.Range != nil {
		m.HasRange, m.Low, m.High = true, math.Inf(-1), math.Inf(1)
		if j.Range.Low != nil {
			m.Low = *j.Range.Low
		}
		if j.Range.High != nil {
			m.High = *j.Range.High
		}
	}
	return m
}
