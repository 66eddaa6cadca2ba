package charts

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strings"
)

// Sizes that all charts share, in CSS pixels.
const (
	pageWidth  = 800.0
	margin     = 24.0
	labelWidth = 240.0 // the widest a row's label may get
	gutter     = 14.0  // between columns
	stubMark   = 16.0  // width of a hidden part of a bar, whatever it hides
)

// A page is a scene being laid out from top to bottom.
type page struct {
	scene
	set   *typesetter
	title string
	alt   string
	y     float64 // everything above is taken
}

// newPage starts a picture with its heading.
func newPage(width float64, title, subtitle string) *page {
	p := &page{set: newTypesetter(), title: title, y: margin - 4}
	p.width = width
	p.block(title, titleStyle, 3)
	if clean(subtitle) != "" {
		p.y += 3
		p.block(subtitle, subtitleStyle, 4)
	}
	p.y += 16
	return p
}

// inner is the width between the margins.
func (p *page) inner() float64 { return p.width - 2*margin }

// block sets a text over the whole width.
func (p *page) block(s string, st style, most int) {
	lines := p.set.wrap(s, st, p.inner(), most)
	p.y += float64(len(lines.lines)) * st.leading()
	p.paragraph(lines, st, margin, p.y-0.28*st.size, left)
}

// text adds one line of words; y is its baseline.
func (p *page) text(s string, st style, x, y float64, a anchor) {
	p.line(s, rightToLeft(s), st, x, y, a)
}

func (p *page) line(s string, rtl bool, st style, x, y float64, a anchor) {
	l := label{text: s, style: st, x: x, y: y, anchor: a, rtl: rtl}
	l.glyphs = p.set.shape(s, st.bold, rtl)
	l.width = l.glyphs.width(p.set, st)
	p.labels = append(p.labels, l)
}

// paragraph adds lines; y is the baseline of the last.
func (p *page) paragraph(lines paragraph, st style, x, y float64, a anchor) {
	for i, s := range lines.lines {
		up := float64(len(lines.lines)-1-i) * st.leading()
		p.line(s, lines.rtl, st, x, y-up, a)
	}
}

// middle adds lines whose middle is at y.
func (p *page) middle(lines paragraph, st style, x, y float64, a anchor) {
	p.paragraph(lines, st, x, centred(y, st)+float64(len(lines.lines)-1)*st.leading()/2, a)
}

// centred is the baseline of words whose capitals have their middle at y.
func centred(y float64, st style) float64 { return y + capHeight*st.size/2 }

// one is a single line as a paragraph.
func one(s string) paragraph { return paragraph{lines: []string{s}, rtl: rightToLeft(s)} }

// hiddenMark draws hatching with the words "not shown" on it, or only the
// hatching where there is no room.
func (p *page) hiddenMark(x, y, w, h float64) {
	p.add(hatch{x, y, w, h})
	st := style{size: 10.5, colour: muted}
	lines := one(notShown)
	if p.set.width(notShown, st) > w-6 {
		lines = paragraph{lines: strings.Fields(notShown)}
		st.size = 9
	}
	need := 0.0
	for _, s := range lines.lines {
		need = max(need, p.set.width(s, st))
	}
	tall := float64(len(lines.lines)-1)*st.leading() + st.size
	if need > w-2 || tall > h {
		return
	}
	p.add(box{x: x + (w-need)/2 - 3, y: y + (h-tall)/2 - 1, w: need + 6, h: tall + 2, fill: white})
	p.middle(lines, st, x+w/2, y+h/2, centre)
}

// footer explains the marks that were used and sets the note.
func (p *page) footer(s summary, note string) {
	var marks []string
	if s.small {
		marks = append(marks, "* Small base: read with caution.")
	}
	if s.hidden {
		marks = append(marks, "Hatched: not shown, to protect respondents; size and place mean nothing.")
	}
	if s.absent {
		marks = append(marks, "– Not asked.")
	}
	p.y += 14
	if len(marks) > 0 {
		p.block(strings.Join(marks, " "), noteStyle, 3)
	}
	if clean(note) != "" {
		p.block(note, noteStyle, 6)
	}
	p.y += margin - 6
	p.height = math.Ceil(p.y)
}

// A stub is the left side of a chart of rows: headings of groups, labels, bases.
type stub struct {
	bases  string // heads the column of bases
	rows   []stubRow
	labels []paragraph
	labelW float64
	right  float64 // where the base column ends
}

type stubRow struct {
	group, label, base string
	small              bool
}

// A band is the strip of a row.
type band struct{ top, height float64 }

func (b band) mid() float64 { return b.top + b.height/2 }

// newStub measures labels and bases, which are under "Base" where nothing says what they
// count. The stub starts at x.
func (p *page) newStub(x, widest float64, bases string, rows []stubRow) *stub {
	s := &stub{rows: rows, bases: cmp.Or(clean(bases), "Base")}
	base := p.set.width(s.bases, headStyle)
	for _, r := range rows {
		lines := p.set.wrap(r.words(), labelStyle, widest, 3)
		s.labels = append(s.labels, lines)
		for _, l := range lines.lines {
			s.labelW = max(s.labelW, p.set.width(l, labelStyle))
		}
		base = max(base, p.set.width(r.base, baseStyle))
	}
	s.labelW = max(s.labelW, 60)
	s.right = x + s.labelW + gutter + base
	return s
}

// words of a row; the asterisk stays with its label.
func (r stubRow) words() string {
	s := clean(r.label)
	if r.small {
		s += "\u00a0*"
	}
	return s
}

// draw sets the stub below p.y, moves p.y below it and returns the strips.
func (s *stub) draw(p *page, x, end float64) []band {
	bands := make([]band, len(s.rows))
	single := 28.0
	if len(s.rows) > 20 {
		single = 24
	}
	for i, r := range s.rows {
		if r.group != "" && (i == 0 || s.rows[i-1].group != r.group) {
			if i > 0 {
				p.y += 8
			}
			p.y += 24
			p.text(p.set.shorten(clean(r.group), groupStyle, end-x), groupStyle, x, p.y-8, left)
			p.add(stroke{x1: x, y1: p.y - 1, x2: end, y2: p.y - 1, width: 1, colour: rule})
		}
		lines := s.labels[i]
		b := band{top: p.y, height: max(single, float64(len(lines.lines))*labelStyle.leading()+9)}
		p.middle(lines, labelStyle, x, b.mid(), left)
		p.text(r.base, baseStyle, s.right, centred(b.mid(), baseStyle), right)
		p.y += b.height
		bands[i] = b
	}
	return bands
}

// byGroup returns the order of the rows that keeps the rows of a group
// together, groups in the order of their first row.
func byGroup(n int, group func(int) string) []int {
	first := map[string]int{}
	order := make([]int, n)
	for i := range n {
		order[i] = i
		if _, ok := first[group(i)]; !ok {
			first[group(i)] = i
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return first[group(a)] - first[group(b)] })
	return order
}

// sentence joins parts of a description.
func sentence(parts []string) string { return strings.Join(parts, "; ") + "." }

// named is "group, label" in descriptions.
func named(group, label string) string {
	if g := clean(group); g != "" {
		return g + ", " + clean(label)
	}
	return clean(label)
}

// parts draws what a stacked bar is made of, from x on: shown parts to scale,
// hidden ones at a fixed width, and the number on each part that has room.
func (p *page) parts(x, y, h, scale float64, figures []figure, colours []color.RGBA, small bool) {
	for i, f := range figures {
		w := partWidth(f, scale)
		if w == 0 {
			continue
		}
		if f.state == hidden {
			p.add(hatch{x + 1, y + 0.5, w - 2, h - 1})
			x += w
			continue
		}
		fill := colours[i]
		if small {
			fill = lighter(fill)
		}
		gap := 0.0
		if w > 2 {
			gap = 0.5
		}
		p.add(box{x: x + gap, y: y, w: w - 2*gap, h: h, fill: fill})
		st := valueStyle
		st.colour = on(fill)
		text := strings.TrimSuffix(f.text, "%")
		if p.set.width(text, st)+5 <= w {
			p.text(text, st, x+w/2, centred(y+h/2, st), centre)
		}
		x += w
	}
}

// partWidth is the width of a part of a bar.
func partWidth(f figure, scale float64) float64 {
	switch {
	case f.state == hidden:
		return stubMark
	case !f.shown():
		return 0
	}
	return f.value * scale
}
