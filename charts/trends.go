package charts

import (
	"fmt"
	"strings"

	"tradeoff/stats/crosstab"
)

// Trends is a chart of figures from wave to wave: a panel for each, all on one
// scale, with a line that stops where a wave has no figure and where the series
// breaks.
type Trends struct {
	Title, Subtitle, Note string
	Percent               bool     // figures are proportions
	Waves                 []string // in order
	Lines                 []TrendLine
	Marks                 []TrendMark
}

// A TrendLine is one figure.
type TrendLine struct {
	Label string
	Cells []crosstab.Cell // one for each wave
}

// A TrendMark says what happened at a wave. It stands as a number in every panel,
// and in words below.
type TrendMark struct {
	Wave  int
	Text  string
	Break bool // waves from this one on are not like those before: the line is not drawn across
}

// Sizes of the panels.
const (
	trendGap    = 28.0 // between the two panels of a row
	trendHeight = 118.0
	trendInset  = 26.0 // from the sides of a panel to its first and last wave
)

// A trend is a panel behind the door.
type trend struct {
	title   paragraph
	figures []figure
}

// Draw draws the chart.
func (c Trends) Draw() (Drawing, error) { return drawing(c.page()) }

func (c Trends) page() (*page, error) {
	for _, l := range c.Lines {
		must(len(l.Cells) == len(c.Waves), "Trends %q: line %q has %d cells for %d waves", c.Title, l.Label, len(l.Cells), len(c.Waves))
	}
	for _, m := range c.Marks {
		must(m.Wave >= 0 && m.Wave < len(c.Waves), "Trends %q: a mark at wave %d of %d", c.Title, m.Wave, len(c.Waves))
	}
	if err := few("trend chart", c.Title, len(c.Lines), len(c.Waves)); err != nil {
		return nil, err
	}
	m, panels, all, err := c.look()
	if err != nil {
		return nil, err
	}
	p := newPage(pageWidth, c.Title, c.Subtitle)
	c.draw(p, m, panels)
	p.footer(all, c.Note)
	p.alt = c.describe(panels)
	return p, nil
}

func (c Trends) look() (m measure, panels []trend, all summary, err error) {
	var cells []crosstab.Cell
	for _, l := range c.Lines {
		cells = append(cells, l.Cells...)
	}
	m = measureOf(c.Percent, cells)
	for _, l := range c.Lines {
		figures, err := m.lookAll(l.Cells)
		if err != nil {
			return m, nil, all, fmt.Errorf("charts: trend chart %q: line %q: %w", c.Title, l.Label, err)
		}
		all = all.and(summarize(figures))
		panels = append(panels, trend{figures: figures})
	}
	return m, panels, all, nil
}

// draw sets the panels, two in a row, and what the marks say.
func (c Trends) draw(p *page, m measure, panels []trend) {
	width := p.inner()
	if len(panels) > 1 {
		width = (width - trendGap) / 2
	}
	var figures []figure
	for i := range panels {
		panels[i].title = p.set.wrap(c.Lines[i].Label, groupStyle, width, 2)
		figures = append(figures, panels[i].figures...)
	}
	up := m.scale(figures)
	ticks := 0.0
	for _, t := range up.ticks {
		ticks = max(ticks, p.set.width(m.tick(t), headStyle))
	}
	for i := 0; i < len(panels); i += 2 {
		row := panels[i:min(i+2, len(panels))]
		lines := 0
		for _, t := range row {
			lines = max(lines, len(t.title.lines))
		}
		top := p.y + float64(lines)*groupStyle.leading()
		for k, t := range row {
			x := margin + float64(k)*(width+trendGap)
			p.paragraph(t.title, groupStyle, x, top-4-float64(lines-len(t.title.lines))*groupStyle.leading(), left)
			c.panel(p, m, t, up, x+ticks+8, x+width, top)
		}
		p.y = top + c.headroom() + trendHeight + 34
	}
	p.y -= 8
	for i, mark := range c.Marks {
		p.block(fmt.Sprintf("(%d) %s", i+1, c.says(mark)), noteStyle, 3)
	}
}

// headroom is the space above a panel's highest value: for its number, and for
// those of the marks.
func (c Trends) headroom() float64 {
	if len(c.Marks) > 0 {
		return 34
	}
	return 20
}

// says is a mark in words.
func (c Trends) says(m TrendMark) string {
	if m.Break {
		return "Break in the series at " + clean(c.Waves[m.Wave]) + ": " + clean(m.Text)
	}
	return clean(c.Waves[m.Wave]) + ": " + clean(m.Text)
}

// panel draws one figure between x1 and x2, below top.
func (c Trends) panel(p *page, m measure, t trend, up scale, x1, x2, top float64) {
	up.x1, up.x2 = top+c.headroom()+trendHeight, top+c.headroom()
	for _, v := range up.ticks {
		y := up.at(v)
		p.add(stroke{x1: x1, y1: y, x2: x2, y2: y, width: 1, colour: faint})
		p.text(m.tick(v), headStyle, x1-6, centred(y, headStyle), right)
	}
	at := func(wave float64) float64 {
		if len(c.Waves) == 1 {
			return (x1 + x2) / 2
		}
		return tenth(x1 + trendInset + wave*(x2-x1-2*trendInset)/float64(len(c.Waves)-1))
	}
	c.heads(p, at, up.x1)
	c.marks(p, at, top, up.x1)
	c.line(p, t, at, up)
	c.values(p, t, at, up)
}

// heads names as many waves as there is room for, the last always.
func (c Trends) heads(p *page, at func(float64) float64, bottom float64) {
	var names []string
	for _, w := range c.Waves {
		names = append(names, p.set.shorten(clean(w), headStyle, 2*trendInset))
	}
	step := apart(p, names, headStyle, at)
	for i, name := range names {
		if (len(names)-1-i)%step == 0 {
			p.text(name, headStyle, at(float64(i)), bottom+16, centre)
		}
	}
}

// apart is how many waves lie between two texts that do not meet.
func apart(p *page, texts []string, st style, at func(float64) float64) int {
	widest := 0.0
	for _, s := range texts {
		widest = max(widest, p.set.width(s, st))
	}
	step := 1
	for step < len(texts) && at(float64(step))-at(0) < widest+6 {
		step++
	}
	return step
}

// marks draws what happened, from the wave's line to a number above it. Marks too
// close to each other share the place of the number.
func (c Trends) marks(p *page, at func(float64) float64, top, bottom float64) {
	type number struct {
		x    float64
		text string
	}
	var numbers []number
	for w := range c.Waves {
		for i, m := range c.Marks {
			if m.Wave != w {
				continue
			}
			x := at(float64(w))
			if m.Break && w > 0 {
				x = at(float64(w) - 0.5)
			}
			p.add(stroke{x1: x, y1: top + 14, x2: x, y2: bottom, width: 1.5, colour: axis, dashed: !m.Break})
			if k := len(numbers) - 1; k >= 0 && x-numbers[k].x < 14+7*float64(len(numbers[k].text)) {
				numbers[k].text += fmt.Sprintf(", %d", i+1)
				continue
			}
			numbers = append(numbers, number{x, fmt.Sprint(i + 1)})
		}
	}
	for _, n := range numbers {
		p.text(n.text, noteStyle, n.x-3, top+11, left)
	}
}

// broken says whether the line stops before a wave.
func (c Trends) broken(wave int) bool {
	for _, m := range c.Marks {
		if m.Break && m.Wave == wave {
			return true
		}
	}
	return false
}

// line draws a figure in every wave, with its interval, and joins neighbours.
func (c Trends) line(p *page, t trend, at func(float64) float64, up scale) {
	for i, f := range t.figures {
		if f.shown() && f.interval && f.high > f.low {
			colour := spread
			if f.state == cautious {
				colour = lighter(spread)
			}
			p.add(stroke{x1: at(float64(i)), y1: up.at(f.low), x2: at(float64(i)), y2: up.at(f.high), width: 4, colour: colour})
		}
	}
	for i := 1; i < len(t.figures); i++ {
		a, b := t.figures[i-1], t.figures[i]
		if a.shown() && b.shown() && !c.broken(i) {
			p.add(stroke{x1: at(float64(i - 1)), y1: up.at(a.value), x2: at(float64(i)), y2: up.at(b.value), width: 2, colour: accent})
		}
	}
	for i, f := range t.figures {
		x := at(float64(i))
		switch {
		case f.state == hidden:
			p.add(hatch{x - 6, up.x2, 12, up.x1 - up.x2})
		case f.state == absent:
			c.over(p, dash, baseStyle, x, up.x1-5)
		default:
			p.add(disc{x: x, y: up.at(f.value), r: 4.5, colour: accent, open: f.state == cautious})
		}
	}
}

// values prints the figures of as many waves as there is room for, above their
// intervals.
func (c Trends) values(p *page, t trend, at func(float64) float64, up scale) {
	var texts []string
	for _, f := range t.figures {
		text := f.text
		if f.state == cautious {
			text += "*"
		}
		texts = append(texts, text)
	}
	step := apart(p, texts, valueStyle, at)
	for i, f := range t.figures {
		if f.shown() && (len(texts)-1-i)%step == 0 {
			top := f.value
			if f.interval {
				top = f.high
			}
			x, y := at(float64(i)), min(up.at(top), up.at(f.value)-5)-5
			c.over(p, texts[i], valueStyle, x, y)
		}
	}
}

// over sets a text that the line of no mark runs through.
func (c Trends) over(p *page, text string, st style, x, y float64) {
	if w := p.set.width(text, st); len(c.Marks) > 0 {
		p.add(box{x: x - w/2, y: y - st.size + 1, w: w, h: st.size, fill: white})
	}
	p.text(text, st, x, y, centre)
}

// describe is the chart in words.
func (c Trends) describe(panels []trend) string {
	var parts []string
	for i, t := range panels {
		var waves []string
		for k, f := range t.figures {
			words := clean(c.Waves[k]) + " " + f.text
			if f.state == absent {
				words = clean(c.Waves[k]) + " not asked"
			}
			if f.between != "" {
				words += " (" + f.between + ")"
			}
			waves = append(waves, words)
		}
		parts = append(parts, clean(c.Lines[i].Label)+": "+strings.Join(waves, ", "))
	}
	for _, m := range c.Marks {
		parts = append(parts, c.says(m))
	}
	return fmt.Sprintf("Lines with intervals, %s over %s. %s", count(len(panels), "figure"), count(len(c.Waves), "wave"), sentence(parts))
}
