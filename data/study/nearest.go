package study

import "strings"

// Nearest returns the word that somebody who wrote word most likely meant, or
// "" if none is near: at most a third of the letters may differ, and never
// more than three. Case counts as no difference. A letter that is missing,
// extra, wrong, or has changed places with its neighbour is one difference.
func Nearest(word string, among []string) string {
	best, least := "", min(3, len([]rune(word))/3)+1
	for _, a := range among {
		if d := distance(strings.ToLower(word), strings.ToLower(a)); d < least {
			best, least = a, d
		}
	}
	return best
}

// distance is the number of letters inserted, deleted, replaced or swapped with
// their neighbour that make one word out of the other.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
