package draft

import (
	"fmt"
	"regexp"
	"strings"
)

// This file finds replicate weights: columns that are called so and numbered from
// 1, or 0, to the last without a gap.

// leastReplicates is how many columns make replicate weights.
const leastReplicates = 8

// numbered is a name that ends in a number.
var numbered = regexp.MustCompile(`^(.*?[^0-9])([0-9]+)$`)

// A making is how replicate weights of some name were made, as far as the name and
// the numbers tell.
type making struct {
	names  *regexp.Regexp // of the columns, without number and separators
	method string         // as the study file writes it, "" if the name does not tell
	more   string         // other keys
	why    string
	halves bool // the method holds if half of the sample has a weight of 0
}

// makings are the names that producers give to replicate weights. What the methods
// of named surveys are is from the documentation of these.
var makings = []making{
	{regexp.MustCompile(`(?i)^(p|w)?wgtp$|^repwtp$|^repwt_?p?$`), "", "", "called as in the American Community Survey and the Current Population Survey; both use successive differences (method: sdr, mse: true)", false},
	{regexp.MustCompile(`(?i)^w_?fstu?r(wt)?$`), "fay", "rho: 0.5", "called as in PISA, which takes Fay's method with 0.5", false},
	{regexp.MustCompile(`(?i)(^|_)brr(w|wt|wgt|_?weight)?$`), "brr", "", "called half-samples, and other people are without weight in each", true},
	{regexp.MustCompile(`(?i)^(bsw|bswt|bswgt|bsrw|boot(strap)?_?(w|wt|wgt|weight)?)$`), "bootstrap", "", "called a bootstrap", false},
	{regexp.MustCompile(`(?i)^(jk|jkw|jkn|jkwt|jkwgt|jack(knife)?_?(w|wt|wgt|weight)?)$`), "", "", "called a jackknife: jk1, jk2 or jkn", false},
	{regexp.MustCompile(`(?i)^(fay|fay_?w(t|gt)?)$`), "", "", "called Fay's method, which needs rho", false},
	{regexp.MustCompile(`(?i)^(.*_)?(rep|repl|replicate)_?(w|wt|wgt|wts|weight|weights)\w?$|^(rw|rwt|rwgt|wtrep|wgtrep|replicate)$`), "", "", "called replicate weights", false},
}

// Replicates are replicate weights that the export holds.
type replicates struct {
	columns []*column
	making
}

// replicates finds the replicate weights. They are drafted where their making is
// known and nothing else says how people were sampled (beside), else suggested in a
// comment.
func (d *drafter) replicates() {
	free := d.free()
	for i := 0; i < len(free) && d.out.replicates.columns == nil; i++ {
		for _, m := range makings {
			if n := replicated(free[i:], m.names); n >= leastReplicates {
				d.out.replicates = replicates{free[i : i+n], m}
				break
			}
		}
	}
	r := &d.out.replicates
	for _, c := range r.columns {
		c.taken = true
		if r.halves && c.Min != 0 {
			r.method, r.why = "", "called half-samples, and everybody has a weight in some: perhaps Fay's method"
		}
	}
}

// beside takes the method back where the rest of the design does not go with it.
func (r *replicates) beside(d draft) {
	if d.weight.column == nil {
		r.method = ""
		r.why += "; name the weight of the whole sample too"
	}
	if d.strata.column != nil || d.cluster.column != nil {
		r.method = ""
		r.why += "; they stand in place of strata and cluster"
	}
}

// replicated is how many columns, from the first on, bear the name and are numbered
// in order, each a weight that everybody has.
func replicated(columns []*column, names *regexp.Regexp) int {
	prefix := ""
	for n, c := range columns {
		m := numbered.FindStringSubmatch(c.Name)
		if m == nil || c.Min < 0 || c.Null > 0 || c.Recorded == 0 || len(c.Labels) > 0 {
			return n
		}
		number := int(float(m[2]))
		switch {
		case n == 0:
			if !names.MatchString(strings.TrimRight(m[1], "_.- ")) || number > 1 {
				return 0
			}
			prefix = m[1]
		case m[1] != prefix || number != int(float(numbered.FindStringSubmatch(columns[n-1].Name)[2]))+1:
			return n
		}
	}
	return len(columns)
}

// write writes the key, as a comment where the method is not known.
func (r replicates) write(w *writer, begun bool) {
	if len(r.columns) == 0 {
		return
	}
	method, depth := r.method, 1
	if method == "" {
		method = "..."
	}
	text := fmt.Sprintf("replicates: {columns: %s, method: %s", quote(r.columns[0].Name+".."+r.columns[len(r.columns)-1].Name), method)
	if r.more != "" {
		text += ", " + r.more
	}
	text += "}"
	why := fmt.Sprintf("%d columns %s", len(r.columns), r.why)
	if r.method != "" {
		w.line(depth, text, why+"; check with the documentation")
		return
	}
	if !begun {
		text, depth = "design: {"+text+"}", 0
	}
	w.remark(depth, text)
	w.remark(depth, why+"; the documentation of the export says how they were made")
}
