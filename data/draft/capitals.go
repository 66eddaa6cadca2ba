package draft

import (
	"regexp"
	"strings"
	"unicode"
)

// This file writes labels in capitals, as older files have them, the way that
// people read.

// initials are short words that stay in capitals.
const initials = " ai atm ceo cia cv dc dna dvd eu fbi gb gdpr gps hiv i id iq irs isp ii iii iv lgbt mba md mp nasa nato ngo nhs pc phd pin r rs sms tv uk un us usa va vip vpn "

// inCapitals finds the words of a label: letters with the signs that stand
// within a word, as in DON'T and U.S.
var inCapitals = regexp.MustCompile(`\p{L}+(?:['’.]\p{L}+)*`)

// small are short words that are no initials, even where they stand alone.
var small = regexp.MustCompile(`\b(YES|NO|NOT|FOR|OLD|NEW|LOW|OUT|MAN|MEN|BOY|ALL|ANY|ONE|TWO|SIX|TEN|BAD|FEW|TOO|WAR|JOB|CAR)\b`)

// shouted reports whether a text is written in capitals throughout: no small
// letter, and at least one word longer than an abbreviation or known to be none.
func shouted(s string) bool {
	longest, run := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			return false
		case unicode.IsUpper(r):
			run++
			longest = max(longest, run)
		default:
			run = 0
		}
	}
	return longest > 3 || small.MatchString(s)
}

// sentence writes a text in capitals as a sentence; others stay as they are.
func sentence(s string) string { return recase(s, false) }

// title writes a text in capitals as names are written: New England.
func title(s string) string { return recase(s, true) }

func recase(s string, every bool) string {
	if !shouted(s) {
		return s
	}
	var b strings.Builder
	begins, last, before := true, 0, 0
	for _, at := range inCapitals.FindAllStringIndex(s, -1) {
		between, word := s[last:at[0]], s[at[0]:at[1]]
		if last > 0 && (strings.ContainsAny(between, ":?!") || before > 3 && strings.Contains(between, ". ")) {
			begins = true
		}
		if strings.ContainsAny(between, "0123456789") {
			begins = false
		}
		b.WriteString(between)
		switch {
		case kept(word):
			b.WriteString(word)
		case begins || every && len(word) > 2:
			first := []rune(word)
			b.WriteString(string(first[0]) + strings.ToLower(string(first[1:])))
		case kept(owner(word)):
			b.WriteString(owner(word) + strings.ToLower(word[len(owner(word)):]))
		default:
			b.WriteString(strings.ToLower(word))
		}
		begins, last, before = false, at[1], len(word)
	}
	b.WriteString(s[last:])
	return b.String()
}

// owner is a word without what stands behind its apostrophe.
func owner(word string) string {
	if i := strings.IndexAny(word, "'’"); i > 0 {
		return word[:i]
	}
	return word
}

// kept reports whether a word stays in capitals: initials, with points or
// without.
func kept(word string) bool {
	if strings.Contains(initials, " "+strings.ToLower(word)+" ") {
		return true
	}
	parts := strings.Split(word, ".")
	for _, p := range parts {
		if len([]rune(p)) > 1 {
			return false
		}
	}
	return len(parts) > 1
}
