package replicate

import "tradeoff/stats"

// Pairs makes strata of two PSUs of a design, for Balanced and for samples of one
// PSU per stratum. It returns the strata and units of a first stage, by row, for
// a stats.Stage; the rest of the Sampling is as it was.
//
//   - In a stratum of more than two, PSUs 1 and 2, 3 and 4, ... become strata
//     (in order of their first rows); the last three stay together where the
//     number is odd. With PSUs in the order of a systematic draw, V gains from
//     their likeness; in another order, V is right on average and has fewer df,
//     about half as many (Wolter 2007, chapter 3).
//   - Strata with a single PSU that was not drawn with certainty are joined, two
//     and two in order, the last three where the number is odd. V then contains
//     what differs between the strata, and errs on the large side: put strata
//     side by side that are alike (collapsed strata; Wolter 2007, chapter 2).
//     A lone one stays lonely.
//   - Strata of two or three and those sampled in full stay.
//
// Balanced takes three PSUs with a Rho of 0.27 or more. A Stage.FPC given as
// sampled shares is still right for parts of a stratum; one given as units of
// the stratum is not. Of a domain, all rows have a pair. TestPairs.
func Pairs(d *stats.Design) (strata, units []int) {
	unit, of := d.PSU()
	left := d.Unsampled()
	psus := make([][]int, d.Strata())
	for u, h := range of {
		psus[h] = append(psus[h], u)
	}
	pair := make([]int, d.PSUs()) // stratum of each PSU
	next := 0
	join := func(us []int) {
		for k, u := range us {
			if k%2 == 0 && (k == 0 || k < len(us)-1) {
				next++
			}
			pair[u] = next - 1
		}
	}
	var lonely []int
	for h, us := range psus {
		switch {
		case left[h] <= full:
			for _, u := range us {
				pair[u] = next
			}
			next++
		case len(us) == 1:
			lonely = append(lonely, us[0])
		default:
			join(us)
		}
	}
	join(lonely)
	strata, units = make([]int, d.Rows()), make([]int, d.Rows())
	for i, u := range unit {
		strata[i], units[i] = pair[u], int(u)
	}
	return strata, units
}
