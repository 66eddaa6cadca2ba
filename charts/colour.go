package charts

import (
	"fmt"
	"image/color"
	"math"
)

// The palette stays readable to the colour-blind and on a grey printer: sides
// of a scale differ in hue and place, steps of a side in lightness.
var (
	white  = rgb(0xffffff)
	black  = rgb(0x000000)
	ink    = rgb(0x1c212b) // words
	muted  = rgb(0x565d6b) // second-rank words, 6.6 : 1 on white
	rule   = rgb(0xd9dce2)
	faint  = rgb(0xeceef2)
	axis   = rgb(0x8a909c)
	hatchC = rgb(0x9aa0ab)
	accent = rgb(0x1b5e6f)
	spread = rgb(0x86b3bc)
	middle = rgb(0xd3d6dc)

	lowerSide = ramp{rgb(0x9a4300), rgb(0xdd8423), rgb(0xf9d9b0)} // from the end to the middle
	upperSide = ramp{rgb(0xd9d0ec), rgb(0x9482c6), rgb(0x45217c)} // from the middle to the end
	heat      = ramp{rgb(0xf1f6f7), rgb(0xb7d7dc), rgb(0x6eaab6), rgb(0x287284), rgb(0x0c4656)}

	quadrantColours = [4]color.RGBA{rgb(0x50247f), rgb(0x0e7c78), rgb(0xeaa53f), rgb(0xd9dce2)}
)

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

func hex(c color.RGBA) string {
	s := fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B)
	if s[0] == s[1] && s[2] == s[3] && s[4] == s[5] {
		return "#" + s[0:1] + s[2:3] + s[4:5]
	}
	return "#" + s
}

// mix is the colour a share t of the way from a to b.
func mix(a, b color.RGBA, t float64) color.RGBA {
	f := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return color.RGBA{R: f(a.R, b.R), G: f(a.G, b.G), B: f(a.B, b.B), A: 255}
}

// lighter is the colour of a mark that stands on a small base.
func lighter(c color.RGBA) color.RGBA { return mix(c, white, 0.5) }

// A ramp is a run of colours.
type ramp []color.RGBA

// at returns the colour at t, from 0 to 1.
func (r ramp) at(t float64) color.RGBA {
	t = min(max(t, 0), 1) * float64(len(r)-1)
	i := min(int(t), len(r)-2)
	return mix(r[i], r[i+1], t-float64(i))
}

// diverging gives the colours of a scale with that many categories below and
// above the middle.
func diverging(lower, upper int, neutral bool) []color.RGBA {
	var out []color.RGBA
	for i := range lower {
		out = append(out, lowerSide.at(step(i, lower)))
	}
	if neutral {
		out = append(out, middle)
	}
	for i := range upper {
		out = append(out, upperSide.at(1-step(upper-1-i, upper)))
	}
	return out
}

// step i of n from the end of a side towards the middle. The fewer steps there
// are, the farther they keep from the pale middle.
func step(i, n int) float64 {
	if n == 1 {
		return 0.35
	}
	reach := min(0.5+0.12*float64(n), 1)
	return reach * float64(i) / float64(n-1)
}

// on is the colour of words on a ground: the one of black and white that can be
// read better. It is never below 4.58 : 1.
func on(ground color.RGBA) color.RGBA {
	if contrast(white, ground) >= contrast(black, ground) {
		return white
	}
	return black
}

// contrast of two colours after WCAG 2: (L1 + 0.05) / (L2 + 0.05).
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	f := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}
