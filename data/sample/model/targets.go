package model

import "fmt"

// A Target is a figure that the sample is meant to show, with the bounds it
// must lie in, as a share from 0 to 1. Where Minus is set the figure is the
// difference of two.
type Target struct {
	Says      string
	Of, Minus Count
	Low, High float64
}

// Targets are the findings of the sample study, in the report's order.
func Targets() []Target {
	latest := in(Latest)
	share := func(says string, of Count, low, high float64) Target {
		return Target{Says: says, Of: Within(latest, of), Low: low, High: high}
	}
	gap := func(says string, of, minus Count, low, high float64) Target {
		return Target{says, of, minus, low, high}
	}
	var list []Target
	for i, item := range serviceTable[:3] {
		list = append(list, share("more than half: "+item.label, service(i), 0.53, 0.80))
	}
	telecoms := Within(latest, expects(telecom))
	list = append(list,
		share("almost three quarters expect personalized service of telecoms", expects(telecom), 0.73, 0.745),
		share("almost three quarters expect it of hardware", expects(hardware), 0.72, 0.74),
		share("almost three quarters expect it of media", expects(media), 0.72, 0.74),
		gap("telecoms are ahead of hardware", telecoms, Within(latest, expects(hardware)), 0.005, 0.025),
		gap("telecoms are ahead of media", telecoms, Within(latest, expects(media)), 0.005, 0.025))
	for _, j := range []int{banking, retail, health, travel, government} {
		list = append(list, share("fewer expect it of "+industryTable[j].key, expects(j), 0.30, 0.69))
	}
	everywhere := expects(allIndustries()...)
	list = append(list,
		gap("the young expect more than the old", Within(both(latest, young), everywhere), Within(both(latest, old), everywhere), 0.10, 0.30),
		gap("Brazil expects more than Germany", Within(both(latest, lives(5)), everywhere), Within(both(latest, lives(4)), everywhere), 0.08, 0.25),
		share("North Americans who feel tracked", Within(northAmerica, tracked), 0.59, 0.61),
		share("more than half want personalized service and worry", contradiction, 0.51, 0.65),
		gap("banking is trusted more than hardware", Within(latest, custody(banking)), Within(latest, custody(hardware)), 0.10, 0.25),
		gap("banking and health tie in trust", Within(latest, custody(banking)), Within(latest, custody(health)), -0.02, 0.02),
		gap("media are trusted less than travel", Within(latest, custody(media)), Within(latest, custody(travel)), -0.25, -0.08),
		gap("those who trust an industry share more with it", sharing(true), sharing(false), 0.08, 0.40),
		share("worriers click through agreements all the same", Within(worried, clicks), 0.53, 0.65),
		gap("being told the benefit makes more people willing", Within(told(1), willingly), Within(told(0), willingly), 0.07, 0.09),
		gap("the same in the latest wave", Within(both(latest, told(1)), willingly), Within(both(latest, told(0)), willingly), 0.06, 0.10),
		share("a fifth or more would not sell their location", keeps, 0.20, 0.30),
		gap("those who feel tracked would rather not sell it", Within(both(latest, worried), keeps), Within(both(latest, unworried), keeps), 0.10, 0.25),
		share("a few rush through the interview", rushes, 0.02, 0.06))
	for i, w := range Waves()[1:] {
		now, before := in(w), in(Waves()[i])
		list = append(list,
			gap(fmt.Sprintf("more are willing in %d than a year before", w), Within(now, willingly), Within(before, willingly), 0.01, 0.03),
			gap(fmt.Sprintf("more expect personalized service in %d", w), Within(now, everywhere), Within(before, everywhere), 0.01, 0.03),
			gap(fmt.Sprintf("concern in %d is stable or slightly up", w), Within(now, tracked), Within(before, tracked), -0.01, 0.02))
	}
	return list
}

// Value is the figure given the shares of Of and Minus.
func (t Target) Value(of, minus float64) float64 {
	if t.Minus == nil {
		return of
	}
	return of - minus
}

// Measure gives the figure of each target as estimate sees it: Estimates over
// some people, or Truth.
func Measure(targets []Target, estimate func(...Count) []float64) []float64 {
	var counts []Count
	for _, t := range targets {
		minus := t.Minus
		if minus == nil {
			minus = t.Of
		}
		counts = append(counts, t.Of, minus)
	}
	shares := estimate(counts...)
	values := make([]float64, len(targets))
	for i, t := range targets {
		values[i] = t.Value(shares[2*i], shares[2*i+1])
	}
	return values
}

// Domains.

func in(wave int) func(*Person) bool    { return func(p *Person) bool { return p.Wave == wave } }
func lives(code int) func(*Person) bool { return func(p *Person) bool { return p.Country == code } }
func told(code int) func(*Person) bool  { return func(p *Person) bool { return p.Told == code } }
func young(p *Person) bool              { return p.Age <= 34 }
func old(p *Person) bool                { return p.Age >= 55 }
func northAmerica(p *Person) bool       { return p.Country <= 2 }
func worried(p *Person) bool            { return p.Tracked == 3 || p.Tracked == 4 }
func unworried(p *Person) bool          { return p.Tracked == 1 || p.Tracked == 2 }

func both(a, b func(*Person) bool) func(*Person) bool {
	return func(p *Person) bool { return a(p) && b(p) }
}

// Counts.

func tracked(p *Person) (float64, float64) {
	return Top(3, func(p *Person) int { return p.Tracked })(p)
}
func clicks(p *Person) (float64, float64) { return Top(3, func(p *Person) int { return p.Click })(p) }
func willingly(p *Person) (float64, float64) {
	return Top(4, func(p *Person) int { return p.Willing })(p)
}

// keeps counts those who would not sell their location, of all with an answer.
func keeps(p *Person) (float64, float64) {
	switch p.Price {
	case NoPrice:
		return 0, 0
	case NotForSale:
		return 1, 1
	}
	return 0, 1
}

// rushes counts those who took too little time to read the questions.
func rushes(p *Person) (float64, float64) {
	if p.Minutes <= rushTo {
		return 1, 1
	}
	return 0, 1
}

func service(i int) Count { return Top(4, func(p *Person) int { return p.Service[i] }) }
func custody(j int) Count { return Top(4, func(p *Person) int { return p.Custody[j] }) }

// expects counts ratings of the industries with 4 or 5.
func expects(js ...int) Count {
	var list []Count
	for _, j := range js {
		list = append(list, Top(4, func(p *Person) int { return p.Expect[j] }))
	}
	return Together(list...)
}

func allIndustries() []int {
	var js []int
	for j := range industries {
		js = append(js, j)
	}
	return js
}

// contradiction counts people who expect personalized service of an industry
// that they rated, and feel tracked; among those
// who answered both.
func contradiction(p *Person) (float64, float64) {
	wants, rated := expects(allIndustries()...)(p)
	worries, answered := tracked(p)
	if rated == 0 || answered == 0 {
		return 0, 0
	}
	if wants > 0 && worries > 0 {
		return 1, 1
	}
	return 0, 1
}

// sharing counts the data that people would share with the industries that
// they trust (4 or 5), or that they do not.
func sharing(trusted bool) Count {
	return func(p *Person) (counted, of float64) {
		for j := range industries {
			if yes, answered := custody(j)(p); answered == 0 || (yes > 0) != trusted {
				continue
			}
			for k := range kinds {
				a, b := Top(1, func(p *Person) int { return p.Share[j][k] })(p)
				counted += a
				of += b
			}
		}
		return counted, of
	}
}
