package dta

import "strings"

// Characteristics that are read; all others are passed over.
const (
	ofDataset    = "_dta"
	charLanguage = "_lang_c"    // of the data set: the language of the labels in place
	charList     = "_lang_list" // of the data set: all languages
	charWeight   = "_svy_wvar"  // of the data set: the weight that svyset was told
	charStratum  = "_svy_strata1"
	charPSU      = "_svy_su1"
)

// maxCharacteristic is how long one that is read may be: names and lists of
// languages.
const maxCharacteristic = 1 << 16

// readExpansion reads the expansion fields of a release without tags: a type,
// a length, and for type 1 a characteristic. Type 0 ends them.
func (d *dictionary) readExpansion(c *cursor) {
	if d.layout == nil || d.layout.expansion == 0 {
		return
	}
	for c.fault == nil {
		kind := c.number(1, "an expansion field")
		n := int64(c.number(d.layout.expansion, "the length of an expansion field"))
		if kind == 0 {
			if n != 0 {
				c.fail("", "the expansion fields before byte %d end with length %d, expected 0: %s", c.pos, n, again)
			}
			return
		}
		if kind == 1 {
			d.characteristic(c, n)
		} else {
			c.skip(n, "an expansion field")
		}
	}
}

// readCharacteristics reads those of a release with tags.
func (d *dictionary) readCharacteristics(c *cursor) {
	c.tag("<characteristics>")
	for c.at("<ch>") {
		c.tag("<ch>")
		d.characteristic(c, int64(c.number(4, "the length of a characteristic")))
		c.tag("</ch>")
	}
	c.tag("</characteristics>")
}

// characteristic reads one of n bytes: whose it is, its name, its text.
func (d *dictionary) characteristic(c *cursor, n int64) {
	if !c.fits(n, 1, "a characteristic") {
		return
	}
	if n < 2*d.layout.name {
		c.skip(n, "a characteristic")
		return
	}
	end := c.pos + n
	of := string(terminated(c.bytes(d.layout.name, "a characteristic")))
	name := string(terminated(c.bytes(d.layout.name, "a characteristic")))
	text := n - 2*d.layout.name
	switch {
	case strings.HasPrefix(name, "note") && name != "note0":
		d.noted++
	case of == ofDataset && (strings.HasPrefix(name, "_lang_") || strings.HasPrefix(name, "_svy_")) && text <= maxCharacteristic:
		d.chars[name] = terminated(c.bytes(text, "a characteristic"))
	}
	c.seek(end)
}
