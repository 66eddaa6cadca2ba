package model

import (
	"math"
	"math/rand/v2"
	"slices"
)

// answer fills in what a person said, in the order of the questionnaire.
func answer(rng *rand.Rand, p *Person) {
	expectService(rng, p)
	loop(rng, p)
	worries(rng, p)
	exchange(rng, p)
	behave(rng, p)
	experiment(rng, p)
	income(rng, p)
}

// ordered turns a tendency into the answer to an ordered question, or into no
// answer: don't know, the more so the less expert, or refused where it may be.
func ordered(rng *rand.Rand, p *Person, y float64, cuts []float64, refusable bool) int {
	u := rng.Float64()
	unsure := dontKnow
	if p.Expertise == 1 || p.Expertise == DontKnow {
		unsure += dontKnowNew
	}
	switch {
	case u < unsure:
		return DontKnow
	case refusable && u > 1-refuse:
		return Refused
	}
	return 1 + cut(y, cuts)
}

// yes is 1 for a tendency above 0, else 0.
func yes(y float64) int {
	if y > 0 {
		return 1
	}
	return 0
}

// expectService is what people expect of any service.
func expectService(rng *rand.Rand, p *Person) {
	for i, item := range serviceTable {
		y := respond(rng, item.share, term{serviceOnWant, p.Want})
		p.Service[i] = ordered(rng, p, y, fivePoints, false)
	}
}

// loop asks about three industries drawn at random.
func loop(rng *rand.Rand, p *Person) {
	for _, j := range rng.Perm(industries)[:ratedEach] {
		p.Rated[j] = true
	}
	for j := range industries {
		p.Expect[j], p.Custody[j] = NotAsked, NotAsked
		for k := range kinds {
			p.Share[j][k] = NotAsked
		}
		if p.Rated[j] {
			rate(rng, p, j)
		}
	}
}

// rate asks about one industry. What a person thinks of this industry beyond
// trust in general moves both the trust in it and the sharing with it.
func rate(rng *rand.Rand, p *Person, j int) {
	of := industryTable[j]
	p.Expect[j] = ordered(rng, p, respond(rng, of.expect, term{expectOnWant, p.Want}), fivePoints, false)
	own := rng.NormFloat64()
	y := respond(rng, of.custody, term{custodyOnTrust, p.Trust}, term{custodyOnOwn, own})
	p.Custody[j] = ordered(rng, p, y, fivePoints, false)
	refused := rng.Float64() < refuse // the question is refused as a whole
	for k := range kinds {
		y := respond(rng, of.share[k], term{shareOnOpen, p.Open}, term{shareOnTrust, p.Trust}, term{shareOnOwn, own})
		p.Share[j][k] = yes(y)
		if refused {
			p.Share[j][k] = Refused
		}
	}
}

// worries asks about tracking and what may come of it.
func worries(rng *rand.Rand, p *Person) {
	y := respond(rng, trackedShare, term{trackedOnWorry, p.Worry})
	p.Tracked = ordered(rng, p, y, trackedCuts, true)
	for i, item := range concernTable {
		y := respond(rng, item.share, term{concernOnWorry, p.Worry})
		p.Concern[i] = ordered(rng, p, y, fivePoints, false)
	}
}

// exchange asks which benefits would earn data; who ticks none would for
// nothing.
func exchange(rng *rand.Rand, p *Person) {
	ticked := 0
	for i, item := range benefitTable[:benefits-1] {
		y := respond(rng, item.share, term{benefitOnOpen, p.Open}, term{benefitOnWant, p.Want})
		p.Benefit[i] = yes(y)
		ticked |= p.Benefit[i]
	}
	p.Benefit[benefits-1] = 1 - ticked
}

// behave asks what people do: click through agreements, read policies, switch
// permissions on, skip questions.
func behave(rng *rand.Rand, p *Person) {
	click := respond(rng, clickShare, term{clickOnWorry, p.Worry}, term{clickOnAge, years(p)})
	p.Click = ordered(rng, p, click, fourPoints, false)
	policy := respond(rng, policyShare, term{policyOnClick, click - level(clickShare)})
	p.Policy = ordered(rng, p, policy, fourPoints, false)
	grasp := respond(rng, understandShare, term{understandOnPolicy, policy - level(policyShare)}, term{understandOnExpertise, float64(expert(p) - 2)})
	p.Understands = ordered(rng, p, grasp, fivePoints, false)
	for i, item := range permissionTable {
		p.Permission[i] = yes(respond(rng, item.share, term{permitOnOpen, p.Open}))
	}
	for range sensitive {
		p.Skipped += yes(respond(rng, skipShare, term{skipOnWorry, p.Worry}))
	}
}

// later asks what came to the questionnaire after the sample was first drawn. Each
// question has a source of chance of its own, so that no other answer depends on its
// being asked.
func later(seed uint64, wave int) func(*Person) {
	questions := []func(*rand.Rand, *Person){control, price, minutes}
	var rngs []*rand.Rand
	for k := range questions {
		rngs = append(rngs, rand.New(rand.NewPCG(seed, uint64(wave+10_000*(k+2)))))
	}
	return func(p *Person) {
		for k, ask := range questions {
			ask(rngs[k], p)
		}
	}
}

// control asks how far people feel in control of their data; one wave left it out.
func control(rng *rand.Rand, p *Person) {
	y := respond(rng, controlShare, term{controlOnOpen, p.Open}, term{controlOnTrust, p.Trust}, term{controlOnWorry, p.Worry})
	p.Control = ordered(rng, p, y, fivePoints, false)
	if p.Wave == controlLeftOut {
		p.Control = NotAsked
	}
}

// price asks what people want a month for their location. Who worries more rather does not
// sell, or asks more; some would take nothing for it. Sums are round, as people name them.
func price(rng *rand.Rand, p *Person) {
	keeps := respond(rng, notForSaleShare, term{notForSaleOnWorry, p.Worry}, term{notForSaleOnOpen, p.Open})
	gives := respond(rng, freeShare, term{freeOnWorry, p.Worry}, term{freeOnOpen, p.Open})
	sum := priceMedian * math.Exp(priceSpread*rng.NormFloat64()+priceOnWorry*p.Worry+priceOnOpen*p.Open)
	switch unsure := rng.Float64(); {
	case keeps > 0:
		p.Price = NotForSale
	case unsure < noPrice:
		p.Price = NoPrice
	case gives > 0:
		p.Price = 0
	case sum < 20:
		p.Price = int(math.Ceil(sum))
	default:
		p.Price = min(5*int(math.Round(sum/5)), priceMost)
	}
}

// minutes is how long the interview took. A few rush, most of all among those who give one
// answer to all items of a battery.
func minutes(rng *rand.Rand, p *Person) {
	rushed := rushShare
	if alike(p.Service[:]) || alike(p.Concern[:]) {
		rushed = rushAlike
	}
	took := minutesMedian * math.Exp(minutesSpread*rng.NormFloat64()+minutesOnAge*years(p))
	if rng.Float64() < rushed {
		took = rushFrom + (rushTo-rushFrom)*rng.Float64()
	}
	p.Minutes = math.Round(10*took) / 10
}

// alike tells of the same answer to all items.
func alike(answers []int) bool {
	return slices.Min(answers) == slices.Max(answers)
}

// expert is the self-rated expertise, the second lowest where none is given.
func expert(p *Person) int {
	if p.Expertise == DontKnow {
		return 2
	}
	return p.Expertise
}

// experiment tells one half, drawn at random, how sharing benefits them, and
// asks all how willing they are on the whole.
func experiment(rng *rand.Rand, p *Person) {
	p.Told = rng.IntN(2)
	understands := 0.0
	if p.Understands == 4 || p.Understands == 5 {
		understands = willingIfUnderstood
	}
	y := respond(rng, willingShare, term{willingOnOpen, p.Open}, term{willingOnTrust, p.Trust}) +
		willingIfTold*float64(p.Told) + understands
	p.Willing = ordered(rng, p, y, fivePoints, true)
}

// income is asked last; who worries more refuses more often.
func income(rng *rand.Rand, p *Person) {
	x := 0.5*float64(p.Education-2) + 0.9*rng.NormFloat64()
	p.Income = 1 + cut(x, []float64{-0.85, -0.25, 0.25, 0.85})
	if respond(rng, refuseIncome, term{skipOnWorry, p.Worry}) > 0 {
		p.Income = Refused
	}
}
