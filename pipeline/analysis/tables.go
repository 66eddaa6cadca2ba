package analysis

import (
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"tradeoff/stats/crosstab"
)

// An analysis makes tables of people: none where it lacks questions or people.
type analysis struct {
	name string
	make func(*People) ([]*crosstab.Table, error)
}

// slow names the analyses that take longest. They begin first, so that none of them
// is left to itself at the end.
func slow() []string { return []string{"drivers of willingness", "latent classes", "consent"} }

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
		{"sensitivity", sensitivity},
		{"consent", consent},
		{"a service and what it takes", acceptance},
		{"sets of benefits", benefits},
		{"willingness by benefit", willingFor},
		{"benefits for data", benefitsForData},
		{"prices", prices},
		{"drivers of willingness", drivers},
		{"drivers of willingness by rating", ratedDrivers},
		{"messages drawn at random", experiments},
		{"what goes with understanding", understandings},
		{"changes from wave to wave", trends},
		{"other choices", choices},
		{"answers in doubt", checks},
	}
}

// Tables makes the tables of all analyses, some at a time, in the order of the
// chapters. Their numbers are left at zero.
func Tables(p *People, threads int) ([]*crosstab.Table, error) {
	all := analyses()
	made := make([][]*crosstab.Table, len(all))
	var g errgroup.Group
	g.SetLimit(max(1, threads))
	for _, now := range []bool{true, false} {
		for i, a := range all {
			if slices.Contains(slow(), a.name) != now {
				continue
			}
			g.Go(func() (err error) {
				if made[i], err = a.make(p); err != nil {
					return fmt.Errorf("%s: %w", a.name, err)
				}
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return slices.Concat(made...), nil
}
