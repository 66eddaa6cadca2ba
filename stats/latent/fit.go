package latent

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"tradeoff/stats"
)

// Options of Fit and Choose.
type Options struct {
	Starts int    // random starts; 0 = 20
	Seed   uint64 // of the random starts: the same seed gives the same bits
	Start  *Model // start here, and nowhere else; classes keep its order
	Steps  int    // steps of EM after which a start gives up; 0 = 20000
}

// A Solution is the classes that explain the answers best, of all starts. It is a
// stats.Statistic: see Linearize. Logarithms of likelihoods are of weights that
// add up to Rows.
type Solution struct {
	Model
	Items []Item

	Rows       int     // rows with a weight and at least one answer
	LogLik     float64 // sum w log L, the pseudo-likelihood
	Parameters int     // C-1 + C sum (K_j - 1), of categories that somebody chose
	Boundary   int     // probabilities of those that are zero
	Criteria
	Fitness

	Steps      int  // of EM, before Newton's method
	Converged  bool // to a maximum; else Options.Steps were too few
	Identified bool // the maximum is strict: no other parameters nearby are as good
	Starts     int  // how many
	Agree      int  // starts that found this likelihood; if few, try more starts or fewer classes

	sample *sample
	params params
	own    func() (*influence, error) // of the sample and the params
}

// Fit finds a number of latent classes in the answers of the rows of a design
// with a weight, by maximum pseudo-likelihood,
//
//	max sum w log L(y),    L(y) = sum_c pi_c prod_j rho_jc,y_j
//
// from random starts that run side by side; the result does not depend on how
// many do. Rows of no answer at all are left out; other missing answers are
// missing at random. Classes are in order of size, the largest first, unless a
// start is given. Probabilities at the boundary are exactly 0 and 1.
//
// Corners: one class gives the shares of the answers; a category that nobody
// chose has probability 0 and is no parameter; a class that runs empty has size 0
// and probabilities NaN; more classes than the answers can tell apart come out as
// not Identified. Fit fails where no row has a weight and an answer, an item has
// no answer, or the weights of an answer pattern add up to a negative number (of
// a calibration without bounds). It panics for fewer than one class, codes of
// different length, codes that are no category, Starts or Steps below zero, and a
// Start that is no Model of these items.
//
// McCutcheon (1987), Latent Class Analysis; Patterson, Dayton and Graubard (2002,
// JASA 97) for sampling weights. R's survey has none of this; poLCA has it
// without weights. TestOracle (18_lca) checks it against EM in R from the same
// starts, TestGoodman against a published example, TestTruth against data made from
// known classes.
func Fit(d *stats.Design, items []Item, classes int, o Options) (*Solution, error) {
	return fit(collect(items), d.Weights(), classes, o)
}

// Choose fits 1, 2, ... up to most classes, so that their criteria can be compared.
// It stops before a solution that is not Identified. It panics for a Start, which
// has one number of classes; the rest is as in Fit. TestChoose, TestCorners.
func Choose(d *stats.Design, items []Item, most int, o Options) ([]*Solution, error) {
	if o.Start != nil {
		panic("latent: a start has one number of classes")
	}
	a := collect(items)
	var found []*Solution
	for classes := 1; classes <= most; classes++ {
		s, err := fit(a, d.Weights(), classes, o)
		if err != nil {
			return nil, err
		}
		if !s.Identified {
			break
		}
		found = append(found, s)
	}
	return found, nil
}

func fit(a *answers, w []float64, classes int, o Options) (*Solution, error) {
	if classes < 1 || o.Start != nil && len(o.Start.Sizes) != classes {
		panic(fmt.Sprintf("latent: %d classes", classes))
	}
	if o.Starts < 0 || o.Steps < 0 {
		panic(fmt.Sprintf("latent: %d starts of %d steps", o.Starts, o.Steps))
	}
	s, err := a.weigh(w)
	if err == nil {
		err = s.unanswered()
	}
	if err != nil {
		return nil, fmt.Errorf("latent classes: %w", err)
	}
	if o.Steps == 0 {
		o.Steps = 20000
	}
	var best run
	found := &Solution{Items: a.items, Rows: s.rows, Starts: 1, Agree: 1, sample: s}
	switch {
	case o.Start != nil:
		best = s.climb(a.paramsOf(o.Start), o.Steps, warmUp)
	case classes == 1:
		best = s.climb(s.random(1, 0, 0), o.Steps, nearby)
	default:
		if found.Starts = o.Starts; o.Starts == 0 {
			found.Starts = 20
		}
		best, found.Agree = s.best(classes, found.Starts, o)
	}
	if o.Start == nil {
		best.params = best.params.ordered()
	}
	found.take(best)
	return found, nil
}

// best runs the starts and returns the best end, and how many starts met there.
func (s *sample) best(classes, starts int, o Options) (run, int) {
	runs := make([]run, starts)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(starts, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for k := range next {
				runs[k] = s.climb(s.random(classes, o.Seed, uint64(k)), o.Steps, warmUp)
			}
		})
	}
	for k := range runs {
		next <- k
	}
	close(next)
	workers.Wait()
	best := 0
	for k := range runs {
		if runs[k].ll > runs[best].ll {
			best = k
		}
	}
	agree := 0
	for k := range runs {
		if runs[k].ll >= runs[best].ll-1e-8*math.Abs(runs[best].ll) {
			agree++
		}
	}
	return runs[best], agree
}

// random is a start: shares of the answers mixed half and half with shares drawn
// evenly from all there are (Dirichlet 1).
func (s *sample) random(classes int, seed, stream uint64) params {
	r := rand.New(rand.NewPCG(seed, stream))
	p := newParams(classes, s.cells())
	for c := range classes {
		p.size[c] = 1 / float64(classes)
		for j := range s.items {
			sum := 0.0
			draw := make([]float64, s.offset[j+1]-s.offset[j])
			for k := range draw {
				draw[k] = r.ExpFloat64()
				sum += draw[k]
			}
			for k, x := range draw {
				cell := s.offset[j] + k
				p.rho[cell*classes+c] = x/sum/2 + s.cell[cell]/s.asked[j]/2
			}
		}
	}
	return p
}

// ordered puts classes in order of size, the largest first; equal ones by their
// answers.
func (p params) ordered() params {
	C := len(p.size)
	order := make([]int, C)
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := compare(p.size[b], p.size[a]); d != 0 {
			return d
		}
		for k := 0; k < len(p.rho); k += C {
			if d := compare(p.rho[k+b], p.rho[k+a]); d != 0 {
				return d
			}
		}
		return 0
	})
	q := newParams(C, len(p.rho)/C)
	for to, from := range order {
		q.size[to] = p.size[from]
		for k := 0; k < len(p.rho); k += C {
			q.rho[k+to] = p.rho[k+from]
		}
	}
	return q
}

// compare takes what rounding may have set apart as equal.
func compare(a, b float64) int {
	switch {
	case math.Abs(a-b) < 1e-9:
		return 0
	case a < b:
		return -1
	}
	return 1
}

// take fills in a solution from the end of a run.
func (s *Solution) take(r run) {
	s.params = r.params
	s.own = sync.OnceValues(func() (*influence, error) { return s.sample.influence(r) })
	s.Model = s.sample.model(r.params)
	s.LogLik, s.Steps, s.Converged, s.Identified = r.ll, r.steps, r.converged, r.identified
	C := len(r.size)
	s.Parameters = C - 1
	for j := range s.Items {
		s.Parameters += C * (s.sample.categories(j) - 1)
	}
	for k, v := range r.rho {
		if v == 0 && s.sample.cell[k/C] > 0 {
			s.Boundary++
		}
	}
	s.criteria()
	s.fitness()
}

// ErrNotIdentified says that other parameters explain the answers as well, so
// that there are no standard errors: fit fewer classes, or more items.
var ErrNotIdentified = errors.New("the classes are not identified: other classes explain the answers as well; fit fewer classes, or use more items")
