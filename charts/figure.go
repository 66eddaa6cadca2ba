package charts

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"tradeoff/stats/crosstab"
)

// look is the door between estimates and pictures.

// A state is what may be drawn of a cell.
type state int

const (
	hidden   state = iota // protected; also any status that we do not know
	absent                // nothing to show: not asked, or no such statistic
	cautious              // shown, with a mark for its small base
	plain                 // shown
)

// A figure is a cell as a chart may see it. Of a cell that is not shown, only
// the state passes.
type figure struct {
	state     state
	exact     float64 // for sums
	value     float64 // for drawing: rounded
	low, high float64 // for drawing: rounded
	interval  bool
	text      string // the value in words
	between   string // the interval in words, "" if none
}

func (f figure) shown() bool { return f.state == plain || f.state == cautious }

// A measure says how values are rounded and printed.
type measure struct {
	percent  bool
	decimals int  // of values that are not percent
	fine     bool // these are drawn to a tenth of what is printed, so that a line ends on its side of another
}

var proportions = measure{percent: true}

// look lets through what may be seen of a cell.
func (m measure) look(c crosstab.Cell) (figure, error) {
	f := figure{state: plain}
	switch c.Status {
	case crosstab.OK:
	case crosstab.LowBase:
		f.state = cautious
	case crosstab.NotAsked, crosstab.NotApplicable:
		return figure{state: absent, text: dash}, nil
	default:
		return figure{state: hidden, text: notShown}, nil
	}
	if err := m.check(c); err != nil {
		return figure{}, err
	}
	f.exact, f.value, f.text = c.Estimate, m.round(c.Estimate), m.print(c.Estimate)
	if c.HasCI {
		f.low, f.high, f.interval = m.round(c.Low), m.round(c.High), true
		f.between = m.printInterval(c.Low, c.High)
	}
	return f, nil
}

// check refuses numbers that cannot be drawn: they are faults of what made them.
func (m measure) check(c crosstab.Cell) error {
	low, high := c.Estimate, c.Estimate
	if c.HasCI {
		low, high = c.Low, c.High
	}
	const noise = 1e-9
	switch {
	case math.IsNaN(c.Estimate+low+high) || math.IsInf(c.Estimate, 0) || math.IsInf(low, 0) || math.IsInf(high, 0):
		return fmt.Errorf("a shown cell holds %v (%v to %v), which is no number to draw", c.Estimate, low, high)
	case m.percent && (min(low, c.Estimate) < -noise || max(high, c.Estimate) > 1+noise):
		return fmt.Errorf("a shown proportion is %v (%v to %v), outside 0 to 1", c.Estimate, low, high)
	case low > c.Estimate+noise || high < c.Estimate-noise:
		return fmt.Errorf("the interval %v to %v does not hold its estimate %v", low, high, c.Estimate)
	}
	return nil
}

// lookAll is look for a row of cells.
func (m measure) lookAll(cells []crosstab.Cell) ([]figure, error) {
	figures := make([]figure, len(cells))
	for i, c := range cells {
		f, err := m.look(c)
		if err != nil {
			return nil, err
		}
		figures[i] = f
	}
	return figures, nil
}

// round is how exactly a value is drawn: to a tenth of a percentage point, or
// to the decimals that are printed, or a tenth of them.
func (m measure) round(v float64) float64 {
	if m.percent {
		return half(v*1000) / 1000
	}
	scale := math.Pow10(m.decimals)
	if m.fine {
		scale *= 10
	}
	return half(v*scale) / scale
}

// half rounds half away from zero. The first rounding undoes binary noise, so
// that 0.285 times 100 counts as 28.5.
func half(v float64) float64 {
	if math.Abs(v) < 1e6 {
		v = math.Round(v*1e8) / 1e8
	}
	return math.Round(v)
}

// print is a value in words: "37%", "3.52", and "<1%" for some but less than
// half a percent.
func (m measure) print(v float64) string {
	if m.percent && v > 0 && half(v*100) == 0 {
		return "<1%"
	}
	return m.number(v) + m.sign()
}

func (m measure) sign() string {
	if m.percent {
		return "%"
	}
	return ""
}

func (m measure) number(v float64) string {
	scale := math.Pow10(m.decimals)
	if m.percent {
		v *= 100
		scale = 1
	}
	v = half(v*scale) / scale
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', m.decimals, 64), ".")
	s := thousands(whole)
	if rest != "" {
		s += "." + rest
	}
	if v < 0 {
		s = "−" + s
	}
	return s
}

// printInterval is "41–47", without a unit; "under 1" where both ends of a share print as 0.
func (m measure) printInterval(low, high float64) string {
	if m.percent && high > 0 && half(high*100) == 0 {
		return "under 1"
	}
	sep := "–"
	if low < 0 {
		sep = " to "
	}
	return m.number(low) + sep + m.number(high)
}

// Words for what has no number.
const (
	notShown = "not shown"
	dash     = "–"
)

// thousands puts commas into a string of digits.
func thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// summary of the figures in a row.
type summary struct {
	allHidden, allAbsent  bool // nothing is shown; something is hidden, or nothing is
	hidden, absent, small bool // at least one figure is
}

func summarize(figures []figure) summary {
	s, shown := summary{}, false
	for _, f := range figures {
		s.hidden = s.hidden || f.state == hidden
		s.absent = s.absent || f.state == absent
		s.small = s.small || f.state == cautious
		shown = shown || f.shown()
	}
	s.allHidden, s.allAbsent = !shown && s.hidden, !shown && !s.hidden
	return s
}

// base in words. The base of a row of which nothing is shown stays hidden too.
func (s summary) base(n int) string {
	if s.allHidden || s.allAbsent || n <= 0 {
		return dash
	}
	return thousands(strconv.Itoa(n))
}

// and is the summary of both.
func (s summary) and(o summary) summary {
	s.hidden, s.absent, s.small = s.hidden || o.hidden, s.absent || o.absent, s.small || o.small
	return s
}

// count is "1 row", "12 rows".
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return thousands(strconv.Itoa(n)) + " " + noun
}
