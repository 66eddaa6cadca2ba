package dta

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"tradeoff/data"
)

// Bytes for the byte order in releases without tags.
const (
	bigEndian    = 1
	littleEndian = 2
)

// A dictionary is all of a file but its cases.
type dictionary struct {
	in        *data.Input
	order     binary.ByteOrder
	layout    *layout
	count     int64 // of variables, alias variables included
	cases     int64
	variables []*variable
	aliases   []string          // names of alias variables, which have no values here; not decoded
	chars     map[string][]byte // characteristics of the data set that are read
	labels    map[string]*labelSet
	width     int64 // bytes of a case
	start     int64 // where the cases begin
	strls     *longStrings
	hasStrL   bool
	noted     int64 // characteristics that are notes
	binaries  int64 // long strings that are no text
	charset   charset
	text      *decoder
	letters   letters // what the bytes beyond ASCII look like
	rest      int64   // bytes behind the value labels
	notes     []string
}

// A variable as the file describes it; texts are as they stand there until
// resolve decodes them.
type variable struct {
	storage  storage
	width    int64 // bytes of a value
	offset   int64 // in a case
	rawName  []byte
	format   string
	labels   []byte // name of its set of value labels
	rawLabel []byte
	name     string
	date     dateUnit
	held     uint32 // bits of the extended missing values that its cases hold, .a the lowest
	infinite int64  // cases that hold minus infinity
}

func (d *dictionary) note(format string, args ...any) {
	d.notes = append(d.notes, d.in.Name()+": "+fmt.Sprintf(format, args...))
}

// read reads everything but the cases.
func (d *dictionary) read(c *cursor) {
	if d.in.Size == 0 {
		c.fail("", "the file is empty; export it again")
		return
	}
	if c.at(opening) {
		d.readTagged(c)
	} else {
		d.readOld(c)
	}
}

// use settles the release.
func (d *dictionary) use(c *cursor, release int) {
	if c.fault != nil {
		return
	}
	d.layout = layoutOf(release)
	if d.layout == nil {
		c.fail("", "the header names release %d, which is not read; releases 104, 105, 108, 110, 111, 113 to 115 and 117 to 121 are: save the file again with a current Stata", release)
	}
	d.order = c.order
}

// promise checks the number of cases before it is used.
func (d *dictionary) promise(c *cursor, n uint64) {
	if n > 1<<48 {
		c.fail("", "the header promises %d cases, more than a file can hold: %s", n, again)
	}
	d.cases = int64(n)
}

// readOld reads a release without tags.
func (d *dictionary) readOld(c *cursor) {
	h := c.bytes(4, "the header")
	if c.fault != nil {
		return
	}
	if !Sniff(append(h, 0)) {
		c.fail("", "the file does not begin like a Stata data set; check the export format")
		return
	}
	if h[1] == bigEndian {
		c.order = binary.BigEndian
	}
	d.use(c, int(h[0]))
	if c.fault != nil {
		return
	}
	l := d.layout
	d.count = int64(c.number(l.k, "the number of variables"))
	d.promise(c, c.number(l.n, "the number of cases"))
	c.skip(l.label+l.timestamp, "the label of the data set")
	d.readTypes(c, 1)
	d.readNames(c)
	c.skip((d.count+1)*l.sorted, "the list of sorted variables")
	d.readFormats(c)
	d.readLabelNames(c)
	d.readVariableLabels(c)
	d.readExpansion(c)
	d.findCases(c)
	c.skip(d.cases*d.width, "the cases")
	if l.labelSet == 0 {
		d.readShortLabels(c)
	} else {
		d.readLabels(c)
	}
}

// readTagged reads a release with tags.
func (d *dictionary) readTagged(c *cursor) {
	c.tag(opening)
	c.tag("<header>")
	c.tag("<release>")
	r := c.bytes(3, "the release")
	c.tag("</release>")
	c.tag("<byteorder>")
	order := string(c.bytes(3, "the byte order"))
	c.tag("</byteorder>")
	if c.fault != nil {
		return
	}
	switch order {
	case "LSF":
	case "MSF":
		c.order = binary.BigEndian
	default:
		c.fail("", "the header names the byte order %q, expected LSF or MSF: %s", order, again)
	}
	release := 0
	for _, b := range r {
		release = 10*release + int(b-'0')
	}
	d.use(c, release)
	if c.fault == nil && release < tagged {
		c.fail("", "the header names release %d, which has no tags: %s", release, again)
	}
	if c.fault != nil {
		return
	}
	d.readSizes(c)
	places := d.readMap(c)
	c.tag("<variable_types>")
	d.readTypes(c, 2)
	c.tag("</variable_types>")
	c.tag("<varnames>")
	d.readNames(c)
	c.tag("</varnames>")
	c.tag("<sortlist>")
	c.skip((d.count+1)*d.layout.sorted, "the list of sorted variables")
	c.tag("</sortlist>")
	c.tag("<formats>")
	d.readFormats(c)
	c.tag("</formats>")
	c.tag("<value_label_names>")
	d.readLabelNames(c)
	c.tag("</value_label_names>")
	c.tag("<variable_labels>")
	d.readVariableLabels(c)
	c.tag("</variable_labels>")
	d.readCharacteristics(c)
	c.tag("<data>")
	d.findCases(c)
	d.endCases(c)
	d.findLabels(c, places)
	d.readTaggedLabels(c)
	c.tag("</stata_dta>")
	d.rest = c.left()
}

// readSizes reads the rest of the header.
func (d *dictionary) readSizes(c *cursor) {
	c.tag("<K>")
	d.count = int64(c.number(d.layout.k, "the number of variables"))
	c.tag("</K>")
	c.tag("<N>")
	d.promise(c, c.number(d.layout.n, "the number of cases"))
	c.tag("</N>")
	c.tag("<label>")
	c.skip(int64(c.number(d.layout.dataLabel, "the label of the data set")), "the label of the data set")
	c.tag("</label>")
	c.tag("<timestamp>")
	c.skip(int64(c.number(1, "the time of saving")), "the time of saving")
	c.tag("</timestamp>")
	c.tag("</header>")
}

// Places in the map of a file with tags.
const (
	mapEntries     = 14
	mapValueLabels = 11
)

// readMap reads where the sections begin.
func (d *dictionary) readMap(c *cursor) (places [mapEntries]int64) {
	c.tag("<map>")
	for i := range places {
		places[i] = int64(c.number(8, "the map of the file"))
	}
	c.tag("</map>")
	return places
}

// readTypes reads the types, of size bytes each, and makes the variables.
func (d *dictionary) readTypes(c *cursor, size int64) {
	if c.fault == nil && d.count == 0 {
		c.fail("", "the file has no variables; export it again")
	}
	b := c.entries(d.count, size, "the types of the variables")
	if c.fault != nil {
		return
	}
	d.variables = make([]*variable, d.count)
	for i := range d.variables {
		code := int(whole(c.order, b[int64(i)*size:int64(i+1)*size]))
		s, width, ok := d.layout.storageOf(code)
		if !ok {
			c.fail("", "variable %d has type %d, which release %d does not have: %s", i+1, code, d.layout.release, again)
			return
		}
		d.variables[i] = &variable{storage: s, width: width}
		d.hasStrL = d.hasStrL || s == strL
	}
}

// readTexts reads a text of size bytes for each variable.
func (d *dictionary) readTexts(c *cursor, size int64, what string, set func(*variable, []byte)) {
	b := c.entries(d.count, size, what)
	if c.fault != nil {
		return
	}
	for i, v := range d.variables {
		set(v, terminated(b[int64(i)*size:int64(i+1)*size]))
	}
}

func (d *dictionary) readNames(c *cursor) {
	d.readTexts(c, d.layout.name, "the names of the variables", func(v *variable, b []byte) { v.rawName = b })
}

func (d *dictionary) readFormats(c *cursor) {
	d.readTexts(c, d.layout.format, "the display formats", func(v *variable, b []byte) {
		v.format = visible(b)
		v.date = dateUnitOf(v.format, v.storage)
	})
}

func (d *dictionary) readLabelNames(c *cursor) {
	d.readTexts(c, d.layout.name, "the names of the value labels", func(v *variable, b []byte) { v.labels = b })
}

func (d *dictionary) readVariableLabels(c *cursor) {
	d.readTexts(c, d.layout.label, "the labels of the variables", func(v *variable, b []byte) { v.rawLabel = b })
}

// terminated is a text up to the NUL that ends it.
func terminated(b []byte) []byte {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		return b[:i]
	}
	return b
}

// findCases lays out a case and checks that all the promised ones are there.
// Alias variables go: they have no values in this file.
func (d *dictionary) findCases(c *cursor) {
	if c.fault != nil {
		return
	}
	d.start = c.pos
	kept := make([]*variable, 0, len(d.variables))
	for _, v := range d.variables {
		if v.storage == alias {
			d.aliases = append(d.aliases, string(v.rawName))
			continue
		}
		v.offset = d.width
		d.width += v.width
		kept = append(kept, v)
	}
	d.variables = kept
	switch {
	case len(kept) == 0:
		c.fail("", "the file has only alias variables, whose values are in another file; save it with frunalias and export again")
	case d.cases > c.left()/d.width:
		n := c.left() / d.width
		c.fault = &data.Fault{File: d.in.Name(), Row: n + 1, Unit: "case", Found: fmt.Sprintf(
			"the file ends inside this case: the header promises %d cases of %d bytes, but at most %d are whole; it was cut short, export it again or copy it anew", d.cases, d.width, n)}
	}
}

// endCases passes over the cases of a file with tags.
func (d *dictionary) endCases(c *cursor) {
	if c.fault != nil {
		return
	}
	c.skip(d.cases*d.width, "the cases")
	if !c.at("</data>") {
		c.fail("", "the cases do not end behind the %d that the header promises, each of %d bytes: %s", d.cases, d.width, again)
	}
	c.tag("</data>")
	c.tag("<strls>")
}

// findLabels goes to the value labels behind the long strings: where the map
// says that they are, or, if it is wrong, behind the last long string.
func (d *dictionary) findLabels(c *cursor, places [mapEntries]int64) {
	if c.fault != nil {
		return
	}
	begin := c.pos
	const closing = "</strls>"
	if at := places[mapValueLabels] - int64(len(closing)); at >= begin && at <= c.in.Size {
		c.seek(at)
		if c.at(closing + "<value_labels>") {
			d.strls = &longStrings{dict: d, begin: begin, end: at}
			c.tag(closing)
			c.tag("<value_labels>")
			return
		}
	}
	c.seek(begin)
	head := d.longHead()
	for c.at("GSO") && c.fault == nil {
		b := c.bytes(head, "the beginning of a long string")
		if c.fault == nil {
			c.skip(int64(c.order.Uint32(b[head-4:])), "a long string")
		}
	}
	d.strls = &longStrings{dict: d, begin: begin, end: c.pos}
	c.tag(closing)
	c.tag("<value_labels>")
}
