package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tradeoff/reports"
	"tradeoff/stats/crosstab"
)

// Editions: run.json keeps the key figures of what was published, and of the editions
// that it was compared with. So a run that publishes the same again, say every night
// until new data come, says the same again, and the comparison with the edition by
// other data is not lost:
//
//	published, newest first           this edition is compared with
//	A                                 nothing
//	B  (other data)                   A
//	B  (again)                        A
//	B' (same data, other study file)  A, and with B: what the study file changed
//	C  (other data)                   B'
//
// Only what is shown goes in. A figure of an earlier edition that is hidden now is
// dropped: it is not published once more.

// mostRecord is how many bytes of a run.json are read at most.
const mostRecord = 64 << 20

// edition is what this run publishes, to be compared with later.
func (r *run) edition(e *evidence) reports.Edition {
	h := sha256.New()
	for _, s := range r.record.Sources {
		fmt.Fprintln(h, s.SHA256)
	}
	m := r.meta()
	out := reports.Edition{Published: r.record.Started.UTC().Truncate(time.Second), Data: hex.EncodeToString(h.Sum(nil)), Study: r.source.sum, Version: r.o.Version, Respondents: r.frame.inside, Wave: m.Wave}
	for _, q := range r.plan.asked {
		out.Questions = append(out.Questions, q.spec.Name)
	}
	for _, k := range e.keyFigures() {
		out.Figures = append(out.Figures, k.figure)
	}
	return out
}

// A keyFigure is an indicator that may be compared with that of another edition.
type keyFigure struct {
	indicator
	figure reports.KeyFigure
}

// keyFigures are the firm totals of all questions, one of each row's name.
func (e *evidence) keyFigures() []keyFigure {
	var out []keyFigure
	for _, t := range e.tables {
		if t.Model {
			continue
		}
		for _, n := range indicators([]*crosstab.Table{t}) {
			r, c := t.Rows[n.row], n.total()
			f := reports.KeyFigure{Table: t.ID, Kind: r.Kind, Label: r.Label, Estimate: c.Estimate, SE: c.SE, DF: c.DF}
			if !firm(c) || slices.ContainsFunc(out, func(k keyFigure) bool { return k.figure.Row(f) }) {
				continue
			}
			out = append(out, keyFigure{n, f})
		}
	}
	return out
}

// lineage is this edition, and behind it those that it is compared with: the last one
// by the same data with another study file or program, and the last one by other data.
// Where this edition is what was published last, it keeps the time of that.
func lineage(now reports.Edition, published []reports.Edition) []reports.Edition {
	if len(published) > 0 && published[0].Same(now) {
		now.Published = published[0].Published
	}
	out := []reports.Edition{now}
	for _, e := range published {
		switch {
		case e.Same(now):
		case e.Data == now.Data && len(out) == 1:
			out = append(out, shownIn(now, e))
		case e.Data != now.Data:
			return append(out, shownIn(now, e))
		}
	}
	return out
}

// shownIn is an earlier edition with those of its figures that are shown now.
func shownIn(now, e reports.Edition) reports.Edition {
	e.Figures = slices.DeleteFunc(slices.Clone(e.Figures), func(f reports.KeyFigure) bool {
		return !slices.ContainsFunc(now.Figures, f.Row)
	})
	return e
}

// published are the editions that the report at the output folder keeps, newest first;
// nil if there is none.
func (p *publisher) published() []reports.Edition {
	f, err := os.Open(filepath.Join(p.link(), "run.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var b []byte
	if err == nil {
		defer f.Close()
		b, err = io.ReadAll(io.LimitReader(f, mostRecord))
	}
	if err != nil {
		return []reports.Edition{{Unread: "its run.json cannot be read"}}
	}
	return editionsOf(b)
}

// editionsOf reads the editions of a run.json. What is damaged, or was written before
// figures were kept, is an edition without figures that says so.
func editionsOf(b []byte) []reports.Edition {
	var record reports.Run
	if json.Unmarshal(b, &record) != nil || record.Program != "tradeoff" {
		return []reports.Edition{{Unread: "its run.json is damaged"}}
	}
	if len(record.Editions) == 0 {
		return []reports.Edition{{Unread: "it was published by a version of this program that kept no figures"}}
	}
	for i := range record.Editions {
		e := &record.Editions[i]
		e.Figures = slices.DeleteFunc(e.Figures, func(f reports.KeyFigure) bool {
			return !finite(f.Estimate) || !(f.SE >= 0 && f.SE < math.MaxFloat64) || !(f.DF >= 0)
		})
	}
	return record.Editions
}
