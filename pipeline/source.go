package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"tradeoff/data"
	"tradeoff/data/draft"
	"tradeoff/data/exports"
	"tradeoff/data/sample"
	"tradeoff/data/study"
)

// A Source is where a run takes its study from: a study file, an export that a
// study is drafted from, or the built-in sample.
type Source struct {
	path    string // "" for the sample
	sum     string
	drafted bool
	open    []*data.Input
	draft   int64 // bytes read to draft the study
}

// Sample is the built-in sample study.
func Sample() Source { return Source{} }

// FromPath is a study file or an export; which of the two is told by its
// ending.
func FromPath(path string) Source { return Source{path: path} }

func (s *Source) close() {
	for _, in := range s.open {
		_ = in.Close()
	}
}

// bytesRead is how many bytes of the exports were read so far.
func (s *Source) bytesRead() int64 {
	n := s.draft
	for _, in := range s.open {
		n += in.BytesRead()
	}
	return n
}

// isStudy tells a study file by its ending.
func isStudy(path string) bool {
	e := strings.ToLower(filepath.Ext(path))
	return e == ".yaml" || e == ".yml"
}

// study reads, drafts or unpacks the study.
func (s *Source) study(warn func(string)) (*study.Study, error) {
	name, text := s.path, []byte(nil)
	switch {
	case s.path == "":
		name, text = sample.Study()
	case isStudy(s.path):
		b, err := os.ReadFile(s.path)
		if err != nil {
			why := "it cannot be read: " + errors.Unwrap(err).Error()
			if errors.Is(err, fs.ErrNotExist) {
				why = "there is no such file; check the name and the folder"
			}
			return nil, &data.Fault{File: filepath.Base(s.path), Found: why, Study: true}
		}
		text = b
	default:
		b, read, err := draftOf([]string{s.path})
		s.draft = read
		if err != nil {
			return nil, err
		}
		text = b
		name = strings.TrimSuffix(s.path, filepath.Ext(s.path)) + ".yaml"
		s.drafted = true
		warn(fmt.Sprintf("%s is an export; its study was drafted from its labels: write it out with report init, correct it, and run that", filepath.Base(s.path)))
	}
	sum := sha256.Sum256(text)
	s.sum = hex.EncodeToString(sum[:])
	return study.Parse(name, text)
}

// Draft drafts a study file from an export, or from several as one survey, and says
// where it belongs: beside the first of them.
func Draft(paths ...string) (path string, text []byte, err error) {
	text, _, err = draftOf(paths)
	return filepath.Join(filepath.Dir(paths[0]), nameOf(paths)+".yaml"), text, err
}

// draftOf drafts a study file and tells how many bytes it read.
func draftOf(paths []string) (b []byte, read int64, err error) {
	var inputs []*data.Input
	defer func() {
		for _, in := range inputs {
			read += in.BytesRead()
			in.Close()
		}
	}()
	var names []string
	for _, p := range paths {
		in, err := data.FromFile(p)
		if err != nil {
			return nil, 0, err
		}
		inputs = append(inputs, in)
		name, err := filepath.Rel(filepath.Dir(paths[0]), p)
		if err != nil { // on another drive
			name = p
		}
		names = append(names, filepath.ToSlash(name))
	}
	survey, err := exports.Open(inputs, nil)
	if err != nil {
		return nil, 0, err
	}
	profiles, err := exports.Profiles(survey)
	if err != nil {
		return nil, 0, err
	}
	return draft.Draft(&survey.Codebook, profiles, names, words(nameOf(paths))), 0, nil
}

// nameOf is what the study of some exports is called: as its export, or by the letters
// that the names of all begin with.
func nameOf(paths []string) string {
	base := func(p string) string { return strings.TrimSuffix(filepath.Base(p), filepath.Ext(p)) }
	name := base(paths[0])
	for _, p := range paths[1:] {
		for !strings.HasPrefix(base(p), name) {
			name = name[:len(name)-1]
		}
	}
	if len(paths) == 1 {
		return name
	}
	if name = strings.TrimRight(strings.ToValidUTF8(name, ""), " _-.0123456789"); name == "" {
		return "study"
	}
	return name
}

// inputs opens the exports that the study names, in its order, those of a glob
// by name, each with what the study maps in it.
func (s *Source) inputs(st *study.Study) ([]*data.Input, []exports.Mapping, error) {
	var faults data.Faults
	var mappings []exports.Mapping
	add := func(in *data.Input, source study.Source) {
		s.open = append(s.open, in)
		m := exports.Mapping{Rename: source.Rename, Recode: source.Recode}
		if source.Wave != "" {
			m.Add = map[string]string{study.WaveColumn: source.Wave}
		}
		mappings = append(mappings, m)
	}
	for _, source := range st.Sources {
		name := source.File
		if s.path == "" {
			in, ok := sample.Input(name)
			if !ok {
				return nil, nil, fmt.Errorf("the sample holds no file %s", name)
			}
			add(in, source)
			continue
		}
		path := name
		if !filepath.IsAbs(name) {
			path = filepath.Join(filepath.Dir(s.path), name)
		}
		paths, err := matches(path)
		if err != nil || len(paths) == 0 {
			faults = append(faults, absent(st, name, "no file matches %s"))
			continue
		}
		for _, p := range paths {
			if _, err := os.Stat(p); errors.Is(err, fs.ErrNotExist) && !s.drafted {
				faults = append(faults, absent(st, name, "there is no file %s"))
				continue
			}
			in, err := data.FromFile(p)
			var f *data.Fault
			if errors.As(err, &f) {
				faults = append(faults, f)
				continue
			}
			add(in, source)
		}
	}
	return s.open, mappings, faults.Err()
}

// sharedWaves says which waves are made of several files: it may be meant, or a
// slip.
func sharedWaves(inputs []*data.Input, mappings []exports.Mapping) []string {
	files := map[string][]string{} // by wave
	var waves []string
	for i, m := range mappings {
		w, named := m.Add[study.WaveColumn]
		if !named {
			continue
		}
		if files[w] == nil {
			waves = append(waves, w)
		}
		files[w] = append(files[w], inputs[i].Name())
	}
	var out []string
	for _, w := range waves {
		if n := len(files[w]); n > 1 {
			out = append(out, fmt.Sprintf("wave %s is made of %d files, %s; if one of them is another wave, say so under sources", w, n, list(files[w], 5)))
		}
	}
	return out
}

// absent is a source that is not there: the data's fault, since the study may
// well be right, shown where the study names it.
func absent(st *study.Study, name, found string) *data.Fault {
	f := st.Fault("sources."+name, found+"; names start from the folder of the study file: check the name, or wait for the export", name)
	f.Study, f.Column = false, ""
	return f
}

// matches expands a glob; a name that is there as it stands is no glob.
func matches(path string) ([]string, error) {
	if _, err := os.Stat(path); err == nil {
		return []string{path}, nil
	}
	if !strings.ContainsAny(path, "*?[{") {
		return []string{path}, nil
	}
	paths, err := doublestar.FilepathGlob(path)
	slices.Sort(paths)
	return paths, err
}
