// Package ddi reads surveys that a DDI codebook describes: an XML file, versions
// 1.2.2 to 2.5 of DDI-Codebook, and beside it the data, delimited (.csv, .tsv) or
// of fixed width (.dat, .asc, .txt).
//
// In: the codebook. Open does four things:
//
//  1. reads the XML token by token (parse.go): no document type of its own, no
//     entities but those of XML, few levels, bounded counts;
//  2. works out what each variable is (variable.go);
//  3. opens the data file in the same folder (beside.go): the one that the codebook
//     names if that is a plain file name, else the one that is called like the
//     codebook, in a gzip archive or not;
//  4. has package described read the data as what the codebook says they are.
//
// Out: a data.Survey. What stands for what:
//
//	fileDscr/fileTxt/fileName      the data file; fileDscr/@URI where there is none
//	fileTxt/dimensns/caseQnty      checked against the rows, if it is a number
//	var/@name                      Variable.Name, the column of a delimited file
//	var/location/@StartPos, @width the place in a line of fixed width, @EndPos instead of @width
//	var/labl                       Variable.Label where there is no question
//	var/qstn/qstnLit               Variable.Label
//	var/varFormat/@type            numeric: Number, character: Text
//	var/varFormat/@category        date or time: Time (2026-03-01, or 2026-03-01 14:30:00 in the data; -0044-03-15 before our time)
//	var/varFormat/@formatname      Variable.Format
//	var/@dcml                      decimals that have no point, if no value of a line of fixed width has one
//	var/@nature                    nominal, ordinal, interval or ratio: Variable.Level
//	var/@intrvl="contin"           Scale where there is neither nature nor category
//	var/@wgt="wgt"                 Codebook.Weight
//	var/catgry/catValu, labl       Variable.Labels
//	var/catgry/@missing="Y"        Missing.Codes, behind those of invalrng
//	var/invalrng/item/@VALUE       Missing.Codes
//	var/invalrng/range/@min, @max  Missing.Low and High; one that is absent is infinite
//	varGrp type="multipleResp"     a Set: @name or else @ID, labl, @var (IDs of variables)
//	varGrp/notes type="counted"    Set.Counted; without it "1" if all variables have no other categories than 0 and 1
//
// Numbers are written with a point; extended missing values are .a to .z in the
// data, in catValu and in item/@VALUE. An empty cell is null. White space in a text
// is one blank, unless the element says xml:space="preserve". Of texts in several
// languages (xml:lang) those in the language of codeBook are read, else those in
// the one that comes first.
//
// The package does not read DDI-Lifecycle (DDIInstance), records of several lines,
// or more than one data file; frequencies, concepts and everything about the study
// are not used.
package ddi

import (
	"tradeoff/data"
	"tradeoff/data/beside"
)

// Sniff reports whether a file begins like a codebook.
func Sniff(head []byte) bool {
	return beside.Sniff(head, "codebook") || beside.Sniff(head, "ddi:codebook")
}

// Open reads the codebook, finds its data file, and returns the survey. Faults are
// *data.Fault or data.Faults. The data file is closed with the input.
func Open(in *data.Input) (*data.Survey, error) {
	c, err := parse(in)
	if err != nil {
		return nil, err
	}
	file, err := c.find()
	if err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return c.Codebook.Open(file, "DDI codebook")
}
