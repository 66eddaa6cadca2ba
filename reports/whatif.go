package reports

// A WhatIf is a table of a model that a reader can ask: what happens to a share of
// people if something moves? Every answer is there, made of protected cells; the page
// looks it up and works out nothing.
type WhatIf struct {
	Table   string   // ID of the table with all figures
	Share   string   // what the share is of: "are willing to share"
	Caveat  []string // what to know before asking, a paragraph each
	Notes   []string // how to read the answers, in small print
	Levers  []Lever
	Groups  []AskedGroup // Total first
	Missing string       // what the study lacks, "" if there are answers
}

// A Lever is something that moves, to one of up to ten settings.
type Lever struct {
	Label    string   // "Trust"
	Settings []string // "a step less", "as it is", "a step more"
	Now      int      // the one that is as people answered
}

// An AskedGroup is a column of the banner, and what is known of it.
type AskedGroup struct {
	Banner  string // words of the segment, "" for Total
	Label   string
	Now     Position
	Answers map[string]Position // by the settings of the levers, a digit each; what the data do not reach is not there
}

// A Position is a share and how it is said.
type Position struct {
	Said      string // "42% (40–44%)"; "about 50%: 8 points more (6 to 10)"
	Share     int    // in percent
	Low, High int    // ends of the interval of the share, or of its change from now; in percent
}
