package study

import (
	"slices"
	"strings"
)

// waves settles which column tells the waves apart: one of the data, or the one
// that the files' own waves make.
func (r *reader) waves(s *Study) {
	named := r.wavesOfFiles(s)
	switch {
	case len(named) == 0:
		if s.Wave.Report != "" && s.Wave.Column == "" && !r.has("wave.column") {
			r.wrong("wave", "column is missing: name the column that holds the wave, or the wave of every file under sources ({file: .., wave: ..})")
		}
		return
	case s.Wave.Column != "":
		r.wrong("wave.column", "the files name their waves under sources, and column %s is named here too; keep one of the two", s.Wave.Column)
		return
	}
	for _, l := range s.Wave.Labels {
		if !slices.Contains(named, l.Code) {
			r.wrong("wave.labels."+l.Code, "no file is of wave %s; the waves under sources are %s", l.Code, strings.Join(named, ", "))
		}
	}
	for _, w := range named {
		switch {
		case !r.has("wave.labels"):
			s.Wave.Labels = append(s.Wave.Labels, Code{Code: w})
		case !slices.ContainsFunc(s.Wave.Labels, func(c Code) bool { return c.Code == w }):
			r.wrong("wave.labels", "wave %s of the files under sources is not listed; add it where it belongs, or remove labels to keep the order of the files", w)
		}
	}
	s.Wave.Column = WaveColumn
	if s.Wave.Report == "" {
		s.Wave.Report = "all"
	}
}

// wavesOfFiles are the waves that the files name, in their order, and faults where
// some name one and some do not.
func (r *reader) wavesOfFiles(s *Study) []string {
	var named []string
	for _, source := range s.Sources {
		if source.Wave != "" && !slices.Contains(named, source.Wave) {
			named = append(named, source.Wave)
		}
	}
	for _, source := range s.Sources {
		if source.Wave == "" && len(named) > 0 {
			r.wrong("sources."+source.File, "%s names no wave, and other files do; write {file: %s, wave: ..}, or take the waves out and name the column that tells them under wave", source.File, source.File)
		}
	}
	return named
}
