package turf

import "slices"

// equal is the difference of shares that rounding may make.
const equal = 1e-12

// compare takes what rounding may have set apart as equal.
func compare(a, b float64) int {
	switch {
	case a < b-equal:
		return -1
	case a > b+equal:
		return 1
	}
	return 0
}

// found is a set, its places in order.
type found struct {
	set              []int
	reach, frequency float64
}

// better orders sets: by reach, frequency, places.
func better(a, b found) int {
	if d := compare(b.reach, a.reach); d != 0 {
		return d
	}
	if d := compare(b.frequency, a.frequency); d != 0 {
		return d
	}
	return slices.Compare(a.set, b.set)
}

// A search has the best sets so far.
type search struct {
	*people
	k, m, keep int
	work       int // steps left
	found      []found

	order []int     // items by share, the largest first
	lists [][]int32 // patterns that hold each
	avail [][]int32 // items from each place in the order on that each pattern holds, at most m
	count []int     // items of the part that each pattern holds
}

// examine looks at a set, in any order, and keeps it if it is among the best.
func (s *search) examine(set []int) found {
	f := found{set: slices.Sorted(slices.Values(set))}
	f.reach, f.frequency = s.reach(f.set, s.m), s.frequency(f.set)
	s.work -= len(s.weight) * s.words
	at, known := slices.BinarySearchFunc(s.found, f, better)
	if !known && at < s.keep {
		s.found = slices.Insert(s.found, at, f)
		s.found = s.found[:min(len(s.found), s.keep)]
	}
	return f
}

// exchange chooses items one by one, each the best next to those before, and then
// exchanges single ones for others while that helps.
func (s *search) exchange() {
	var set []int
	for len(set) < s.k {
		best, at := found{reach: -1}, -1
		for j := range s.items {
			if slices.Contains(set, j) {
				continue
			}
			trial := append(slices.Clone(set), j)
			f := found{trial, s.partial(trial), s.frequency(trial)}
			if at < 0 || better(f, best) < 0 {
				best, at = f, j
			}
		}
		set = append(set, at)
	}
	best := s.examine(set)
	for improved := true; improved; {
		improved = false
		start := best
		for i := range start.set {
			for j := range s.items {
				if !slices.Contains(start.set, j) {
					trial := slices.Clone(start.set)
					trial[i] = j
					if f := s.examine(trial); better(f, best) < 0 {
						best, improved = f, true
					}
				}
			}
		}
	}
}

// partial is the mean over people of min(h, m)/m, their way to being reached.
func (s *search) partial(set []int) float64 {
	v := 0.0
	for m := 1; m <= s.m; m++ {
		v += s.reach(set, m)
	}
	return v / float64(s.m)
}

// branch goes through all sets but those that cannot be among the best. It reports
// whether it came to the end.
func (s *search) branch() bool {
	s.order = make([]int, s.items)
	for j := range s.order {
		s.order[j] = j
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return compare(s.share[b], s.share[a]) })
	s.lists = make([][]int32, s.items)
	s.avail = make([][]int32, s.items+1)
	s.avail[s.items] = make([]int32, len(s.weight))
	for at := s.items - 1; at >= 0; at-- {
		s.avail[at] = slices.Clone(s.avail[at+1])
		for n := range s.weight {
			if s.holds(n, s.order[at]) {
				s.lists[at] = append(s.lists[at], int32(n))
				s.avail[at][n] = min(s.avail[at][n]+1, int32(s.m))
			}
		}
	}
	s.count = make([]int, len(s.weight))
	return s.extend(nil, 0, 0, 0)
}

// extend adds an item from a place in the order on to a part with a value of
// mean min(h, m)/m, in every way that may be among the best.
func (s *search) extend(part []int, from int, value, frequency float64) bool {
	need := s.k - len(part)
	if s.m > 1 && s.hopeless(s.within(from, need), frequency, from, need) {
		return true
	}
	gains := make([]float64, s.items)
	for at := from; at < s.items; at++ {
		for _, n := range s.lists[at] {
			if s.count[n] < s.m {
				gains[at] += s.weight[n]
			}
		}
		gains[at] /= float64(s.m)
		s.work -= len(s.lists[at])
	}
	rest := largest(gains, from, need-1)
	for at := from; at+need <= s.items; at++ {
		if s.work < 0 {
			return false
		}
		if s.hopeless(value+gains[at]+rest[at], frequency, at, need) {
			continue
		}
		next := append(part, s.order[at])
		if need == 1 {
			s.examine(next)
			continue
		}
		for _, n := range s.lists[at] {
			s.count[n]++
		}
		done := s.extend(next, at+1, value+gains[at], frequency+s.share[s.order[at]])
		for _, n := range s.lists[at] {
			s.count[n]--
		}
		if !done {
			return false
		}
	}
	return true
}

// hopeless reports whether a reach of at most bound, with the most frequent items
// from a place on, stays behind the best sets.
func (s *search) hopeless(bound, frequency float64, at, need int) bool {
	if len(s.found) < s.keep {
		return false
	}
	worst := s.found[len(s.found)-1]
	if d := compare(bound, worst.reach); d != 0 {
		return d < 0
	}
	for _, j := range s.order[at:min(at+need, s.items)] {
		frequency += s.share[j]
	}
	return compare(frequency, worst.frequency) < 0
}

// within is the share of people who could come to hold m with so many more items.
func (s *search) within(from, need int) float64 {
	reach := 0.0
	s.work -= len(s.weight)
	for n, x := range s.weight {
		if s.count[n]+min(need, int(s.avail[from][n])) >= s.m {
			reach += x
		}
	}
	return reach
}

// largest are the sums of the n largest gains after each place.
func largest(gains []float64, from, n int) []float64 {
	sums := make([]float64, len(gains))
	var top []float64 // the n largest, rising
	sum := 0.0
	for at := len(gains) - 1; at >= from; at-- {
		sums[at] = sum
		i, _ := slices.BinarySearch(top, gains[at])
		top = slices.Insert(top, i, gains[at])
		sum += gains[at]
		if len(top) > n {
			sum -= top[0]
			top = slices.Delete(top, 0, 1)
		}
	}
	return sums
}
