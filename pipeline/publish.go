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

	"github.com/gofrs/flock"

	"tradeoff/reports"
)

// Publishing is one step: the files of a report are written into a folder of
// their own beside the last one, made durable, and then a link is turned to
// the new folder. Whoever reads OUT/STUDY sees the whole old report or the
// whole new one. A run that dies leaves a folder that the next run removes.
//
//	OUT/STUDY            -> .tradeoff/STUDY/3f2a...   what people open
//	OUT/.tradeoff/STUDY/  the published version, and the one before it
//	OUT/.tradeoff/STUDY.lock  held by the run that is publishing

// ErrBusy is returned when another run holds the output.
var ErrBusy = errors.New("another run is publishing here")

// private is the folder under OUT that holds versions and locks.
const private = ".tradeoff"

// A publisher holds the output folder of one study.
type publisher struct {
	out, name string
	lock      *flock.Flock
}

// acquire takes the output folder of a study, or returns ErrBusy. What a run
// that died left behind is removed.
func acquire(out, name string) (*publisher, error) {
	p := &publisher{out: out, name: name}
	if err := p.target(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(p.versions(), 0o755); err != nil {
		return nil, p.unusable(err)
	}
	p.lock = flock.New(filepath.Join(out, private, name+".lock"))
	ok, err := p.lock.TryLock()
	if err != nil {
		return nil, p.unusable(err)
	}
	if !ok {
		return nil, fmt.Errorf("%s: %w; wait for it to finish, or choose another folder with --out", filepath.Join(out, name), ErrBusy)
	}
	if err := p.sweep(); err != nil {
		p.release()
		return nil, p.unusable(err)
	}
	return p, nil
}

// unusable says that nothing can be written where the report belongs.
func (p *publisher) unusable(err error) error {
	return fmt.Errorf("%s: no report can be written here: %w; make the folder writable, or choose another with --out", p.link(), cause(err))
}

// cause is what the system says, without the file of ours that it was met at.
func cause(err error) error {
	var at *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}

func (p *publisher) release() { _ = p.lock.Unlock() }

func (p *publisher) versions() string { return filepath.Join(p.out, private, p.name) }
func (p *publisher) link() string     { return filepath.Join(p.out, p.name) }

// target refuses to replace what is not a report of ours.
func (p *publisher) target() error {
	info, err := os.Lstat(p.link())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return p.unusable(err)
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(p.link())
		if err == nil && strings.HasPrefix(filepath.ToSlash(to), private+"/") {
			return nil
		}
	case info.IsDir():
		if _, err := os.Stat(filepath.Join(p.link(), "run.json")); err == nil {
			return nil // a report that was copied here as a plain folder
		}
	}
	return fmt.Errorf("%s exists and is not a report; move it away, or choose another folder with --out", p.link())
}

// current is the name of the published version, or "".
func (p *publisher) current() string {
	to, err := os.Readlink(p.link())
	if err != nil {
		return ""
	}
	return filepath.Base(to)
}

// sweep removes what no link leads to: versions before the published one, and
// what a run that died left behind. The version that this run replaces stays
// until the next run, for those who are still reading it.
func (p *publisher) sweep() error {
	entries, err := os.ReadDir(p.versions())
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == p.current() {
			continue
		}
		if err := os.RemoveAll(filepath.Join(p.versions(), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// publish writes the files, by their paths with slashes, and turns the link.
// Where that fails the report before stays.
func (p *publisher) publish(files map[string]reports.File) error {
	if err := p.replace(files); err != nil {
		return fmt.Errorf("%s: the report could not be written: %w; make room, or choose another folder with --out; what was published before is unchanged", p.link(), cause(err))
	}
	return nil
}

func (p *publisher) replace(files map[string]reports.File) error {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%s\x00%d\x00", n, files[n].Size())
		_, _ = files[n].WriteTo(h) // a hash takes all
	}
	version := hex.EncodeToString(h.Sum(nil))[:16]
	if version == p.current() {
		return nil
	}
	folder := filepath.Join(p.versions(), version)
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := writeAll(folder, names, files); err != nil {
		_ = os.RemoveAll(folder)
		return err
	}
	return p.turn(version)
}

// writeAll writes the files and makes them durable.
func writeAll(folder string, names []string, files map[string]reports.File) error {
	folders := map[string]bool{folder: true}
	for _, n := range names {
		path := filepath.Join(folder, filepath.FromSlash(n))
		folders[filepath.Dir(path)] = true
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = files[n].WriteTo(f)
		if err == nil {
			err = f.Sync()
		}
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	for d := range folders {
		if err := syncFolder(d); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// turn points the link at a version in one step and keeps the version before.
func (p *publisher) turn(version string) error {
	fresh := filepath.Join(p.versions(), "link")
	_ = os.Remove(fresh)
	if err := os.Symlink(filepath.Join(private, p.name, version), fresh); err != nil {
		return err
	}
	if info, err := os.Lstat(p.link()); err == nil && info.IsDir() {
		// A plain folder cannot be replaced by a link in one step everywhere.
		aside := filepath.Join(p.versions(), "copied")
		if err := os.RemoveAll(aside); err != nil {
			return err
		}
		if err := os.Rename(p.link(), aside); err != nil {
			return err
		}
	}
	if err := os.Rename(fresh, p.link()); err != nil {
		return err
	}
	return syncFolder(p.out)
}
