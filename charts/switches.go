package charts

import "image/color"

// Switches are proportions as on a page of settings: what is shared with whom, each a
// switch that is on as far as people would have it on, with its interval in numbers.

// Sizes of a switch.
const (
	switchRow    = 50.0 // height of a row of them
	switchInset  = 9.0  // from the sides of its cell
	switchRadius = 4.5
	knobRadius   = 6.0
)

// switched draws one cell as a switch, the number above and the interval below it.
func (g *grid) switched(p *page, f figure, x, y float64) {
	st, small := strongStyle, style{size: 9.5, colour: muted}
	st.size = 12
	text := f.text
	if f.state == cautious {
		st.colour, text = muted, text+"*"
	}
	middle := x + g.cellW/2
	p.text(text, st, middle, centred(y+11, st), centre)
	p.toggle(f, x+switchInset, g.cellW-2*switchInset, y+26)
	if f.between != "" && p.set.width(f.between, small) <= g.cellW-4 {
		p.text(f.between, small, middle, centred(y+40, small), centre)
	}
}

// toggle draws the switch itself, its knob at the value.
func (p *page) toggle(f figure, x, w, y float64) {
	on := accent
	if f.state == cautious {
		on = lighter(accent)
	}
	rail := func(w float64, fill color.RGBA) {
		p.add(disc{x: x, y: y, r: switchRadius, colour: fill})
		p.add(box{x: x, y: y - switchRadius, w: w, h: 2 * switchRadius, fill: fill})
	}
	rail(w, rule)
	p.add(disc{x: x + w, y: y, r: switchRadius, colour: rule})
	knob := x + f.value*w
	rail(knob-x, on)
	p.add(disc{x: knob, y: y, r: knobRadius, colour: on, open: true})
}

// switchKey shows what a switch stands for.
func (p *page) switchKey(x float64) {
	const w = 40.0
	p.y += 6
	for _, k := range []struct {
		share float64
		label string
	}{{0, "nobody"}, {0.5, "half"}, {1, "all"}} {
		p.toggle(figure{value: k.share}, x+knobRadius, w, p.y)
		x += w + 2*knobRadius + 5
		p.text(k.label, headStyle, x, centred(p.y, headStyle), left)
		x += p.set.width(k.label, headStyle) + 18
	}
	p.y += 16
}
