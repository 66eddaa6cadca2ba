package study

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
	"go.yaml.in/yaml/v4"
)

// This file holds the parts of the study file that are about weights: what they
// are raked to, and replicate weights.

// Weighting says how the weights of the design are made to agree with what is
// known of the population. The zero value leaves them as they are.
type Weighting struct {
	Rake []Margin // in file order
	Trim float64  // the most that raking may multiply a weight by, in multiples of the mean factor; 0 = no limit
}

// A Margin is the targets of a segment, or of several that are crossed.
type Margin struct {
	Name     string   // as the file has it: age, country*gender
	Segments []string // names of segments
	Targets  []Target // in file order
}

// A Target is what is known of a category: a share, a percentage or a count;
// those of a margin are all of one kind.
type Target struct {
	Categories []string // code or words of the group, by segment
	Value      float64
}

// Path is where the target stands in the study file.
func (m Margin) Path(t Target) string {
	return strings.Join(append([]string{"weighting.rake", m.Name}, t.Categories...), ".")
}

// Replicates says which columns are replicate weights, and how they were made.
// Without columns there are none.
type Replicates struct {
	Columns     []string
	Method      string    // jk1, jk2, jkn, brr, fay, bootstrap, sdr, other
	Rho         float64   // fay
	Scale       float64   // 0 = that of the method
	RScales     []float64 // by column; nil = 1
	MSE         bool      // squares are taken about the estimate, not about the mean of the replicates
	Multipliers bool      // the columns are factors of the weight
	DF          int       // as the documentation states them; 0 = rank of the replicates less 1
}

func weightingShape() shape[Weighting] {
	return object("a weighting (rake, trim)",
		must(at("rake", "Segments, or segments crossed with *, and the targets of their groups: shares, percentages or counts.", marginsShape(), func(w *Weighting) *[]Margin { return &w.Rake })),
		at("trim", "The most that raking may multiply a weight by, in multiples of the mean factor.", above(1), func(w *Weighting) *float64 { return &w.Trim }),
	)
}

// mostFactors is how many segments a margin crosses at most.
const mostFactors = 3

func marginsShape() shape[[]Margin] {
	one := uint64(1)
	least := &jsonschema.Schema{Type: "number", Minimum: "0"}
	value := least
	groups := func(of *jsonschema.Schema) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "object", AdditionalProperties: of, MinProperties: &one, PropertyNames: notBlank()}
	}
	for range mostFactors - 1 {
		value = &jsonschema.Schema{AnyOf: []*jsonschema.Schema{least, groups(value)}}
	}
	return shape[[]Margin]{is: "a mapping segment: targets", kind: yaml.MappingNode, schema: groups(groups(value)),
		read: func(r *reader, path string, n *yaml.Node) ([]Margin, bool) {
			var out []Margin
			ok := r.pairs(path, n, text(), func(name, at string, key, value *yaml.Node) {
				m := Margin{Name: name, Segments: factors(name)}
				if len(m.Segments) > mostFactors {
					r.fault(key, "a margin crosses at most %d segments", mostFactors)
					return
				}
				if r.targets(&m, at, value, nil) {
					out = append(out, m)
				}
			})
			return out, ok && out != nil
		}}
}

// targets reads the targets of a margin, a level of groups for each segment.
func (r *reader) targets(m *Margin, path string, n *yaml.Node, of []string) bool {
	good := true
	read := r.pairs(path, n, code(), func(c, at string, key, value *yaml.Node) {
		own := append(slices.Clone(of), c)
		if len(own) < len(m.Segments) {
			good = r.targets(m, at, value, own) && good
			return
		}
		if v, ok := least(0).read(r, at, value); ok {
			m.Targets = append(m.Targets, Target{own, v})
		} else {
			good = false
		}
	})
	return read && good
}

// least is a number of at least some.
func least(low float64) shape[float64] {
	return bounded(fmt.Sprintf("a number of at least %v", low), &jsonschema.Schema{Type: "number", Minimum: json.Number(strconv.FormatFloat(low, 'g', -1, 64))},
		func(v float64) bool { return v >= low })
}

// above is a number above another.
func above(low float64) shape[float64] {
	return bounded(fmt.Sprintf("a number above %v", low), &jsonschema.Schema{Type: "number", ExclusiveMinimum: json.Number(strconv.FormatFloat(low, 'g', -1, 64))},
		func(v float64) bool { return v > low })
}

// fraction is a number from 0 to below 1.
func fraction() shape[float64] {
	return bounded("a number of 0 or more, below 1", &jsonschema.Schema{Type: "number", Minimum: "0", ExclusiveMaximum: "1"},
		func(v float64) bool { return v >= 0 && v < 1 })
}

// bounded is a number that has to be right.
func bounded(is string, schema *jsonschema.Schema, right func(v float64) bool) shape[float64] {
	sh := score()
	read := sh.read
	return shape[float64]{is: is, kind: yaml.ScalarNode, schema: schema,
		read: func(r *reader, path string, n *yaml.Node) (float64, bool) {
			v, ok := read(r, path, n)
			if ok && !right(v) {
				r.fault(n, "%v is not %s", v, is)
				return 0, false
			}
			return v, ok
		}}
}

// numbers is a list of numbers of at least 0.
func numbers() shape[[]float64] {
	one := uint64(1)
	item := least(0)
	return shape[[]float64]{is: "a list of numbers", kind: yaml.SequenceNode, schema: &jsonschema.Schema{Type: "array", Items: item.schema, MinItems: &one},
		read: func(r *reader, path string, n *yaml.Node) ([]float64, bool) {
			v := whole(n)
			if v.Kind != yaml.SequenceNode || len(v.Content) == 0 {
				r.fault(n, "a list of numbers is expected here")
				return nil, false
			}
			var out []float64
			good := true
			for _, c := range v.Content {
				x, ok := item.read(r, path, c)
				out, good = append(out, x), good && ok
			}
			return out, good
		}}
}

func replicatesShape() shape[Replicates] {
	return object("replicate weights (columns, method ...)",
		must(at("columns", "The columns of the replicate weights: rw_1..rw_80, or a list.", columnRange(), func(p *Replicates) *[]string { return &p.Columns })),
		must(at("method", "How they were made. jk1, jk2, jkn: jackknife. brr: balanced half-samples. fay: those of Fay. bootstrap. sdr: successive differences. other: as scale says.",
			choice("jk1", "jk2", "jkn", "brr", "fay", "bootstrap", "sdr", "other"), func(p *Replicates) *string { return &p.Method })),
		at("rho", "The factor of Fay's method, which needs it: 0 or more and below 1.", fraction(), func(p *Replicates) *float64 { return &p.Rho }),
		at("scale", "What the sum of squares is multiplied by; the method's own is the default.", above(0), func(p *Replicates) *float64 { return &p.Scale }),
		at("rscales", "What the square of each replicate is multiplied by, in the order of the columns; 1 is the default.", numbers(), func(p *Replicates) *[]float64 { return &p.RScales }),
		at("mse", "Squares are taken about the estimate, and not about the mean of the replicates.", truth(), func(p *Replicates) *bool { return &p.MSE }),
		at("multipliers", "The columns are factors of the weight, and not weights.", truth(), func(p *Replicates) *bool { return &p.Multipliers }),
		at("df", "Degrees of freedom that the documentation states; the rank of the replicate weights less 1 is the default.", count(1, ""), func(p *Replicates) *int { return &p.DF }),
	)
}

// mostReplicates is how many replicate weights there are at most.
const mostReplicates = 10_000

// numbered are the columns from one number to another: rw_1..rw_80.
var numbered = regexp.MustCompile(`^(.*?)([0-9]+)\.\.(.*?)([0-9]+)$`)

// columnRange is a list of columns, or the first and the last of a row of them.
func columnRange() shape[[]string] {
	list := listOf(text())
	return shape[[]string]{is: "columns such as rw_1..rw_80, or a list", schema: list.schema,
		read: func(r *reader, path string, n *yaml.Node) ([]string, bool) {
			names, ok := list.read(r, path, n)
			if !ok || len(names) != 1 || !strings.Contains(names[0], "..") {
				return names, ok
			}
			m := numbered.FindStringSubmatch(names[0])
			if m == nil || m[1] != m[3] {
				r.fault(n, "%q is not a row of columns; write the first and the last, which differ in their number: rw_1..rw_80", names[0])
				return nil, false
			}
			first, _ := strconv.Atoi(m[2])
			last, err := strconv.Atoi(m[4])
			if err != nil || last < first || last-first >= mostReplicates {
				r.fault(n, "%s to %s is no row of at most %d columns", m[2], m[4], mostReplicates)
				return nil, false
			}
			width := 0
			if strings.HasPrefix(m[2], "0") {
				width = len(m[2])
			}
			out := make([]string, 0, last-first+1)
			for k := first; k <= last; k++ {
				out = append(out, fmt.Sprintf("%s%0*d", m[1], width, k))
			}
			return out, true
		}}
}

// checkReplicates checks replicate weights against the rest of the design.
func (r *reader) checkReplicates(s *Study) {
	d, p := s.Design, s.Design.Replicates
	if len(p.Columns) == 0 {
		return
	}
	path := "design.replicates"
	if d.Weight == "" {
		r.wrong(path, "replicate weights belong to a weight; name its column under weight")
	}
	for _, key := range []string{"strata", "cluster", "fpc", "lonely"} {
		if r.has("design." + key) {
			r.wrong("design."+key, "replicate weights hold what %s would say of the variance; keep one of them", key)
		}
	}
	if len(p.Columns) < 2 {
		r.wrong(path+".columns", "one replicate has no variance; name all columns")
	}
	if p.Rho != 0 && p.Method != "fay" {
		r.wrong(path+".rho", "rho belongs to the method fay, not %s", p.Method)
	}
	if p.Method == "fay" && !r.has(path+".rho") {
		r.wrong(path+".method", "fay needs rho, the factor that the weights of the other half were multiplied by")
	}
	if p.Method == "other" && p.Scale == 0 {
		r.wrong(path+".method", "of another method the scale is not known; write it under scale")
	}
	if p.Method == "jkn" && !r.has(path+".rscales") {
		r.wrong(path+".method", "jkn needs rscales, (n-1)/n of the stratum that each replicate belongs to; for pairs of sampling units the method is jk2")
	}
	if p.RScales != nil && len(p.RScales) != len(p.Columns) {
		r.wrong(path+".rscales", "there are %d rscales for %d columns; write one for each", len(p.RScales), len(p.Columns))
	} else if p.RScales != nil && slices.Max(p.RScales) == 0 {
		r.wrong(path+".rscales", "all rscales are 0, so nothing would have a variance")
	}
}

// checkWeighting checks that margins are made of segments.
func (r *reader) checkWeighting(s *Study) {
	if s.Weighting.Rake != nil && len(s.Design.Replicates.Columns) > 0 {
		r.wrong("weighting", "weights are raked here and replicates are not; rake before replicates are made, or leave one of them out")
	}
	var names []string
	for _, seg := range s.Segments {
		if seg.Column != "" {
			names = append(names, seg.Name)
		}
	}
	for _, m := range s.Weighting.Rake {
		for k, name := range m.Segments {
			switch {
			case slices.Contains(m.Segments[:k], name):
				r.wrong("weighting.rake."+m.Name, "%s is crossed with itself", name)
			case !slices.Contains(names, name):
				r.wrong("weighting.rake."+m.Name, "%q is not a segment that is made of a column%s; add it to segments, with banner: false if no table should show it", name, meant(name, names))
			}
		}
	}
}
