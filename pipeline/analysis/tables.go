package analysis

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"tradeoff/stats/crosstab"
	"tradeoff/stats/model"
)

// An analysis makes tables of people: none where it lacks questions or people.
type analysis struct {
	name string
	make func(*People) ([]*crosstab.Table, error)
}

// Drivers is the name of the analysis of what willingness to share goes with.
const Drivers = "drivers of willingness"

// slow names the analyses that take longest. They begin first, so that none of them
// is left to itself at the end.
func slow() []string { return []string{Drivers, "latent classes", "consent"} }

// analyses in the order of their chapters.
func analyses() []analysis {
	return []analysis{
		{"standing of industries", standing},
		{"indices of expectation", indices},
		{"expectations that go together", together},
		{"concern, alike in age", alikeInAge},
		{"scale of concern", concerns},
		{"concern beside one's other answers", styles},
		{"wanting service and worrying", overlap},
		{"privacy types", typology},
		{"latent classes", latentClasses},
		{"custodians", custodians},
		{"trust and sharing", trustAndSharing},
		{"rankings", rankings},
		{"consent", consent},
		{"a service and what it takes", acceptance},
		{"sets of benefits", benefits},
		{"willingness by benefit", willingFor},
		{"benefits for data", benefitsForData},
		{"prices", prices},
		{Drivers, drivers},
		{"drivers of willingness by rating", ratedDrivers},
		{"messages drawn at random", experiments},
		{"what goes with understanding", understandings},
		{"changes from wave to wave", trends},
		{"other choices", choices},
		{"answers in doubt", checks},
	}
}

// Tables makes the tables of all analyses, some at a time, in the order of the
// chapters. Their numbers are left at zero. An analysis that cannot be made costs its
// own tables: the doubts name it and say why.
func Tables(p *People, threads int) (tables []*crosstab.Table, doubts []Doubt) {
	all := analyses()
	made, wrong := make([][]*crosstab.Table, len(all)), make([]error, len(all))
	var g errgroup.Group
	g.SetLimit(max(1, threads))
	for _, now := range []bool{true, false} {
		for i, a := range all {
			if slices.Contains(slow(), a.name) != now {
				continue
			}
			g.Go(func() error {
				made[i], wrong[i] = a.make(p)
				return nil
			})
		}
	}
	_ = g.Wait()
	for i, a := range all {
		if wrong[i] != nil {
			made[i], doubts = nil, append(doubts, a.doubt(wrong[i]))
		}
	}
	return slices.Concat(made...), doubts
}

// A Doubt is an analysis that has no tables although its questions were asked, and why.
type Doubt struct{ Analysis, Why string }

func (d Doubt) String() string {
	return fmt.Sprintf("the report has no tables on %s: %s", d.Analysis, d.Why)
}

// doubt says that an analysis could not be made, and why.
func (a analysis) doubt(err error) Doubt {
	why := err.Error()
	if errors.Is(err, model.ErrNotFitted) {
		why = "the model could not be fitted; look for weights and numbers far beyond the others"
	}
	return Doubt{a.name, why}
}
