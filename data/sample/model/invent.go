package model

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// invent gives a person a name in an e-mail address, a phone number and
// perhaps a comment. Addresses are in a domain that is reserved for examples
// and numbers end in 555-01xx, which no telephone company gives out.
func invent(rng *rand.Rand, p *Person) {
	given := []string{"alex", "bea", "carlos", "dana", "emi", "finn", "gus", "hana", "ida", "joao", "kim", "lena", "mika", "nora", "otto", "paula", "quinn", "rui", "sofia", "tom"}
	family := []string{"abel", "brandt", "costa", "dubois", "evans", "fujita", "graham", "hoff", "ito", "jones", "keller", "lima", "moreau", "nakano", "okafor", "pires", "reed", "sato", "tremblay", "weber"}
	one := func(list []string) string { return list[rng.IntN(len(list))] }
	p.Email = fmt.Sprintf("%s.%s%d@example.org", one(given), one(family), rng.IntN(1000))
	p.Phone = fmt.Sprintf("+1-%d-555-01%02d", 201+rng.IntN(700), rng.IntN(100))
	if rng.Float64() >= commentShare {
		return
	}
	start := []string{
		"I like it when they remember me", "I never read the small print", "Nobody asked me",
		"Offers that fit are fine", "They know too much already", "It saves me time",
		"I gave my address once and regret it", "My children set the phone up",
		"I \"agreed\" to everything", "A discount is a fair trade",
	}
	middle := []string{
		", but I want to know why", ", as long as it stays with them", "; my bank does it better",
		", and then the advertisements follow me", ", though not for health", ", honestly",
		", since there is no other way", "", " - mostly", ", when they ask first",
	}
	end := []string{
		".", ". Please be clear about it.", ". Write to me if you want to hear more.", "!",
		". That was different last year.", ". I would say the same to any shop.",
		". Ask my telephone company.", ", that is all.", ". Thank you.", ". Who checks?",
	}
	p.Comment = one(start) + one(middle) + one(end)
	if rng.IntN(12) == 0 {
		p.Comment += " Signed, " + strings.ToUpper(p.Email[:1]) + p.Email[1:strings.IndexByte(p.Email, '.')] + ", " + p.Email
	}
}
