package main

import (
	"math"
	"time"

	"tradeoff/pipeline"
)

// What steadies the figures that a meter shows.
const (
	looked  = time.Second     // between two looks at the speed, and before the first
	settled = 5 * time.Second // in which a change of speed shows by 63 %
)

// A pace is how fast a stage goes: rows a second, to three digits, and the time
// that the rest of the stage takes, in whole seconds. 0 is unknown.
type pace struct {
	rate int64
	left time.Duration
}

// A meter works out the pace of one stage. The first second tells nothing, so
// a stage that is shorter shows none; after it the speed is smoothed over some
// seconds and looked at once a second, so that a batch that takes long makes no
// figure jump. The time left is that of the stage: how fast the next one goes
// is not known before it begins.
type meter struct {
	began  time.Time // of the stage
	looked time.Time // at the speed; zero before the first time
	rows   int64     // at that time
	rate   float64   // rows a second
	pace   pace      // as shown
}

// at is the pace of a stage at a time.
func (m *meter) at(now time.Time, s pipeline.Progress) pace {
	since := m.looked
	if since.IsZero() {
		since = m.began
	}
	took := now.Sub(since)
	if s.Rows == s.Of {
		return pace{rate: m.pace.rate} // nothing is left
	}
	if took < looked || s.Rows == 0 {
		return m.pace
	}
	rate, weight := float64(s.Rows-m.rows)/took.Seconds(), 1.0
	if !m.looked.IsZero() {
		weight = 1 - math.Exp(-took.Seconds()/settled.Seconds())
	}
	m.rate += weight * (rate - m.rate)
	m.looked, m.rows = now, s.Rows
	m.pace = pace{rate: digits(m.rate)}
	if s.Of > s.Rows && m.rate > 0 {
		m.pace.left = time.Duration(max(1, math.Round(float64(s.Of-s.Rows)/m.rate))) * time.Second
	}
	return m.pace
}

// digits rounds to three digits, and to no less than 1.
func digits(v float64) int64 {
	unit := math.Pow(10, max(0, math.Floor(math.Log10(v))-2))
	return max(1, int64(math.Round(v/unit)*unit))
}
