package charts

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// svgFonts are faces as wide as Liberation Sans, by which lines were broken.
const svgFonts = "Arial,'Liberation Sans',Arimo,Helvetica,sans-serif"

// svg writes the scene. Not by gonum's vgsvg: that gives a page no title and no
// description, a fixed size in points and a style for every word.
func (p *page) svg() []byte {
	w := &svgWriter{}
	fmt.Fprintf(&w.out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%[1]s" height="%[2]s" style="max-width:100%%;height:auto" role="img" font-family="%[3]s">`,
		num(p.width), num(p.height), svgFonts)
	fmt.Fprintf(&w.out, "\n<title>%s</title>\n<desc>%s</desc>\n", escape(clean(p.title)), escape(p.alt))
	fmt.Fprintf(&w.out, `<rect width="%s" height="%s" fill="#fff"/>`+"\n", num(p.width), num(p.height))
	for _, m := range p.shapes {
		m.svg(w)
	}
	for _, l := range p.labels {
		l.svg(w)
	}
	w.flush()
	w.out.WriteString("</svg>\n")
	return w.out.Bytes()
}

// An svgWriter writes elements, those of one look in a row as a group.
type svgWriter struct {
	out  bytes.Buffer
	look string
	run  []string // elements of that look, without it: name, then the rest
}

// put adds an element: its name, the attributes that its neighbours may share,
// and the rest of it.
func (w *svgWriter) put(name, look, rest string) {
	if look != w.look {
		w.flush()
		w.look = look
	}
	w.run = append(w.run, name, rest)
}

func (w *svgWriter) flush() {
	if len(w.run) == 2 {
		fmt.Fprintf(&w.out, "<%s%s%s\n", w.run[0], w.look, w.run[1])
	} else if len(w.run) > 2 {
		fmt.Fprintf(&w.out, "<g%s>\n", w.look)
		for i := 0; i < len(w.run); i += 2 {
			fmt.Fprintf(&w.out, "<%s%s\n", w.run[i], w.run[i+1])
		}
		w.out.WriteString("</g>\n")
	}
	w.run = w.run[:0]
}

func (b box) svg(w *svgWriter) {
	look := fmt.Sprintf(` fill="%s"`, hex(b.fill))
	if b.line != nil {
		look += fmt.Sprintf(` stroke="%s"`, hex(*b.line))
	}
	w.put("rect", look, fmt.Sprintf(` x="%s" y="%s" width="%s" height="%s"/>`, num(b.x), num(b.y), num(b.w), num(b.h)))
}

func (s stroke) svg(w *svgWriter) {
	look := fmt.Sprintf(` stroke="%s" stroke-width="%s"`, hex(s.colour), num(s.width))
	if s.dashed {
		look += ` stroke-dasharray="4 3"`
	}
	w.put("path", look, fmt.Sprintf(` d="M%s %sL%s %s"/>`, num(s.x1), num(s.y1), num(s.x2), num(s.y2)))
}

func (d disc) svg(w *svgWriter) {
	look := fmt.Sprintf(` fill="%s"`, hex(d.colour))
	if d.open {
		look = fmt.Sprintf(` fill="#fff" stroke="%s" stroke-width="2"`, hex(d.colour))
	}
	w.put("circle", look, fmt.Sprintf(` cx="%s" cy="%s" r="%s"/>`, num(d.x), num(d.y), num(d.r)))
}

func (r ring) svg(w *svgWriter) {
	var d strings.Builder
	for i, q := range r.points {
		d.WriteString([]string{"L", "M"}[max(0, 1-i)])
		fmt.Fprintf(&d, "%s %s", num(q[0]), num(q[1]))
	}
	w.put("path", fmt.Sprintf(` fill="none" stroke="%s" stroke-width="1.5"`, hex(r.colour)), fmt.Sprintf(` d="%sz"/>`, d.String()))
}

func (h hatch) svg(w *svgWriter) {
	var d strings.Builder
	for _, l := range h.lines() {
		fmt.Fprintf(&d, "M%s %sL%s %s", num(l[0]), num(l[1]), num(l[2]), num(l[3]))
	}
	fmt.Fprintf(&d, "M%s %sh%sv%sh%sz", num(h.x), num(h.y), num(h.w), num(h.h), num(-h.w))
	w.put("path", fmt.Sprintf(` fill="none" stroke="%s"`, hex(hatchC)), fmt.Sprintf(` d="%s"/>`, d.String()))
}

func (l label) svg(w *svgWriter) {
	look := fmt.Sprintf(` fill="%s" font-size="%s"`, hex(l.style.colour), num(l.style.size))
	if l.style.bold {
		look += ` font-weight="bold"`
	}
	side := l.anchor
	if l.rtl {
		look += ` direction="rtl"`
		side = right - side // the start of such a line is on the right
	}
	look += [...]string{left: "", centre: ` text-anchor="middle"`, right: ` text-anchor="end"`}[side]

	rest := fmt.Sprintf(` x="%s" y="%s"`, num(l.x), num(l.y))
	if l.turn != 0 {
		rest += fmt.Sprintf(` transform="rotate(%s %s %s)"`, num(l.turn), num(l.x), num(l.y))
	}
	// A longer line keeps its width where none of the fonts is installed. Not so
	// if our font lacks a letter: then its width is not known.
	if utf8.RuneCountInString(l.text) > 6 && !l.glyphs.missing {
		rest += fmt.Sprintf(` textLength="%s" lengthAdjust="spacingAndGlyphs"`, num(l.width))
	}
	w.put("text", look, rest+">"+escape(l.text)+"</text>")
}

// num writes a coordinate with one decimal at most.
func num(v float64) string {
	return strconv.FormatFloat(tenth(v)+0, 'f', -1, 64)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(s string) string { return escaper.Replace(s) }
