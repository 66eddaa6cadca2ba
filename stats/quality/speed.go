package quality

import (
	"fmt"
	"math"
	"slices"
)

// Speeding flags respondents who took less than a share of the median duration;
// 0 means 0.4, one of the limits in use; Greszki, Meyer and Schoen (2015, Public
// Opinion Quarterly 79, 471) study what such limits do to results. The measure is the duration over the median.
// Durations are in any unit; NaN, and durations that are not positive, are not
// measured. TestSpeeding checks it by hand.
func Speeding(duration []float64, share float64) *Flag {
	if share == 0 {
		share = 0.4
	}
	middle := median(duration)
	measure := make([]float64, len(duration))
	for i, t := range duration {
		measure[i] = math.NaN()
		if t > 0 && !math.IsInf(t, 1) {
			measure[i] = t / middle
		}
	}
	rule := fmt.Sprintf("faster than %g of the median duration of %.4g", share, middle)
	return newFlag("speeding", rule, measure, func(m float64) bool { return m < share })
}

// median of the positive numbers, NaN if there are none.
func median(x []float64) float64 {
	var s []float64
	for _, v := range x {
		if v > 0 && !math.IsInf(v, 1) {
			s = append(s, v)
		}
	}
	if len(s) == 0 {
		return math.NaN()
	}
	slices.Sort(s)
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// PageSpeeding flags respondents whose speed index is at least limit; 0 means 2.
// The index is the mean over pages of median duration / own duration, where a
// page counts 3 at most, so that one skipped page doesn't decide (the relative
// speed index of Leiner 2019, Survey Research Methods 13, 229). 1 is the usual
// speed, 2 twice as fast. pages are durations by page, then respondent; pages
// without a positive duration are left out. It finds people who rush through
// part of the questionnaire and pause elsewhere, which the whole duration hides.
// TestPageSpeeding checks it by hand.
func PageSpeeding(pages [][]float64, limit float64) *Flag {
	if limit == 0 {
		limit = 2
	}
	const most = 3
	n := width(pages)
	sum, count := make([]float64, n), make([]int, n)
	for _, page := range pages {
		middle := median(page)
		for i, t := range page {
			if t > 0 && !math.IsInf(t, 1) {
				sum[i] += math.Min(most, middle/t)
				count[i]++
			}
		}
	}
	for i := range sum {
		if count[i] == 0 {
			sum[i] = math.NaN()
			continue
		}
		sum[i] /= float64(count[i])
	}
	return newFlag("page speeding", fmt.Sprintf("on average at least %g times as fast on a page as the median", limit), sum, func(m float64) bool { return m >= limit })
}

// width is the number of respondents of a battery.
func width(items [][]float64) int {
	if len(items) == 0 {
		return 0
	}
	for _, item := range items {
		mustLen(len(item), len(items[0]))
	}
	return len(items[0])
}
