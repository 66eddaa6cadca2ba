// Package page writes report.html: one file with everything in it, readable on
// a phone and on paper, without a network and without scripts.
//
// In: a reports.Report, already protected, with drawn figures. Steps: 1. tables
// and chapters become views, every cell said as package reports says it; 2. the
// template lays them out. Out: the bytes of the page, the same bytes for the
// same report.
//
// Every label comes from a survey file and is taken to be hostile: it passes
// through html/template and never becomes a link or a name. The figures are
// our own drawings and are put in as they are. A policy in the page's head
// forbids every request and every script but the page's own.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"unicode"

	"tradeoff/reports"
)

var (
	//go:embed page.html
	layout string
	//go:embed page.css
	styles string
	//go:embed page.js
	script string
)

// Write makes the page of a report.
func Write(r *reports.Report) ([]byte, error) {
	t, err := template.New("page").Parse(layout)
	if err != nil {
		return nil, fmt.Errorf("report.html: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, newView(r)); err != nil {
		return nil, fmt.Errorf("report.html: %w", err)
	}
	return bytes.Map(readable, bytes.ToValidUTF8(b.Bytes(), []byte("\uFFFD"))), nil
}

// readable drops the control characters that a page may not hold, whatever
// label they came from.
func readable(r rune) rune {
	if unicode.IsControl(r) && r != '\n' && r != '\t' {
		return ' '
	}
	return r
}

// policy allows the page's own script by its hash, and styles in place, which
// the drawings use. Nothing may be fetched or sent.
func policy() string {
	sum := sha256.Sum256([]byte(script))
	return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
}
