// Command notice writes NOTICE and docs/licences.txt: every module that is
// linked into the report program, with its licence.
//
// In: the main module, asked with go list for each system that we build for,
// and the licence files in the module cache. Steps:
//
//  1. go list -deps names the modules that cmd/report links on each system;
//  2. the licence of each is told by the words of its licence file;
//  3. NOTICE gets a line a module, the licences that ask for more than a
//     notice, and the notices that modules pass on; docs/licences.txt gets the
//     full texts, each once.
//
// With -check it writes nothing and fails where a file is out of date. A
// module whose licence it cannot tell, or that is copyleft, fails the run.
package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	root := flag.String("root", "..", "folder of the main module")
	check := flag.Bool("check", false, "fail if the files are out of date instead of writing them")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "notice:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	modules, err := linked(root)
	if err != nil {
		return err
	}
	var wrong []error
	for _, m := range modules {
		wrong = append(wrong, m.read())
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	files := map[string][]byte{"NOTICE": notice(modules), "docs/licences.txt": texts(modules)}
	for _, name := range []string{"NOTICE", "docs/licences.txt"} {
		path := filepath.Join(root, filepath.FromSlash(name))
		if !check {
			if err := os.WriteFile(path, files[name], 0o644); err != nil {
				return err
			}
			continue
		}
		if is, err := os.ReadFile(path); err != nil || !bytes.Equal(is, files[name]) {
			return fmt.Errorf("%s is out of date; run make notice and commit it", name)
		}
	}
	return nil
}

// A module is one that is linked.
type module struct {
	path, version, dir string
	licence            string
	text               string // its licence file
	passed             string // its NOTICE file
}

// systems are those that programs are built for.
func systems() []string {
	return []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64"}
}

// linked lists the modules that cmd/report links on any system, and Go itself.
func linked(root string) ([]*module, error) {
	seen := map[string]*module{}
	for _, s := range systems() {
		goos, arch, _ := strings.Cut(s, "/")
		c := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/report")
		c.Dir, c.Stderr = root, os.Stderr
		c.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+arch, "CGO_ENABLED=0")
		out, err := c.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", s, err)
		}
		for line := range strings.Lines(string(out)) {
			if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
				seen[f[0]] = &module{path: f[0], version: f[1], dir: f[2]}
			}
		}
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env: %w", err)
	}
	modules := []*module{{path: "Go standard library", dir: strings.TrimSpace(string(goroot))}}
	for _, m := range seen {
		modules = append(modules, m)
	}
	slices.SortFunc(modules[1:], func(a, b *module) int { return cmp.Compare(a.path, b.path) })
	return modules, nil
}

// chosen says which file holds the licence where it is not called LICENSE.
func chosen() map[string][]string {
	return map[string][]string{
		"github.com/JohnCGriffin/overflow": {"README.md"},
		"github.com/golang/freetype":       {"LICENSE", "licenses/ftl.txt"},
		"codeberg.org/go-fonts/liberation": {"LICENSE", "LICENSE-SIL"},
		"github.com/invopop/jsonschema":    {"COPYING"},
		"git.sr.ht/~sbinet/gg":             {"LICENSE.md"},
		"github.com/apache/arrow/go/v17":   {"LICENSE.txt"},
		"github.com/richardlehane/mscfb":   {"LICENSE.txt"},
		"github.com/richardlehane/msoleps": {"LICENSE.txt"},
		"github.com/spf13/cobra":           {"LICENSE.txt"},
	}
}

// read finds the texts of a module and tells its licence.
func (m *module) read() error {
	names := chosen()[m.path]
	if names == nil {
		names = []string{"LICENSE"}
	}
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(n)))
		if err != nil {
			return fmt.Errorf("%s: no licence found (%s); say in this program which file holds it", m.path, n)
		}
		m.text += tidy(b) + "\n"
	}
	if m.path == "github.com/JohnCGriffin/overflow" {
		m.text = m.text[strings.Index(m.text, "MIT License"):]
	}
	if b, err := os.ReadFile(filepath.Join(m.dir, "NOTICE")); err == nil {
		m.passed = strings.TrimSpace(tidy(b))
	}
	m.licence = licence(m)
	if m.licence == "" {
		return fmt.Errorf("%s: the licence cannot be told, or is not one that we accept; read it", m.path)
	}
	return nil
}

// tidy drops carriage returns and blanks at the ends of lines.
func tidy(b []byte) string {
	lines := strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\f")
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n") + "\n"
}

// licence tells a licence by its words.
func licence(m *module) string {
	text := strings.Join(strings.Fields(m.text), " ")
	has := func(s string) bool { return strings.Contains(text, s) }
	bsd := "BSD-2-Clause"
	if regexp.MustCompile(`(?i)neither the names? of|the names? of (the|its|their) .{0,60}may not be used`).MatchString(text) {
		bsd = "BSD-3-Clause"
	}
	var found []string
	add := func(ok bool, name string) {
		if ok {
			found = append(found, name)
		}
	}
	switch m.path {
	case "github.com/golang/freetype":
		return "FTL"
	case "github.com/go-text/typesetting":
		return "Unlicense OR BSD-3-Clause"
	case "github.com/klauspost/compress":
		return "BSD-3-Clause AND Apache-2.0 AND MIT"
	case "github.com/apache/arrow/go/v17", "github.com/apache/thrift":
		return "Apache-2.0" // with parts of other licences, all in the text
	}
	add(has("Apache License") && has("Version 2.0, January 2004"), "Apache-2.0")
	add(has("Redistribution and use in source and binary forms"), bsd)
	add(has("Permission is hereby granted, free of charge, to any person obtaining a copy of this software"), "MIT")
	add(has("SIL OPEN FONT LICENSE"), "OFL-1.1")
	if has("GNU GENERAL PUBLIC") || has("GNU LESSER") || has("GNU AFFERO") || has("Mozilla Public License") {
		return ""
	}
	return strings.Join(found, " AND ")
}

const head = `tradeoff
Copyright 2026 the tradeoff authors

Licensed under the Apache License, Version 2.0; see LICENSE.

The report program is linked with the modules below. Their full licence texts
are in docs/licences.txt. Both files are written by tools/notice: run
make notice after a change of go.mod.

`

const special = `
Of special note

- Liberation fonts (codeberg.org/go-fonts/liberation): the fonts are under the
  SIL Open Font License 1.1, the Go code around them under BSD-3-Clause. The
  fonts are embedded in the program and drawn into PNG charts.
- FreeType-Go (github.com/golang/freetype): of its two licences we choose the
  FreeType License (FTL), not the GPL. Portions of this software are copyright
  (c) The FreeType Project. All rights reserved.
- go-text (github.com/go-text/typesetting): of its two licences we choose
  BSD-3-Clause.
- Apache Arrow and Apache Thrift hold parts under other permissive licences,
  listed in their texts.
- overflow (github.com/JohnCGriffin/overflow) states its MIT licence in its
  readme only.
`

// notice is the short file.
func notice(modules []*module) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	wide := 0
	for _, m := range modules {
		wide = max(wide, len(m.path))
	}
	for _, m := range modules {
		fmt.Fprintf(&b, "%-*s  %-38s  %s\n", wide, m.path, m.version, m.licence)
	}
	b.WriteString(special)
	b.WriteString("\nNotices that modules pass on\n")
	for _, m := range modules {
		if m.passed != "" {
			fmt.Fprintf(&b, "\n%s\n\n%s\n", m.path, indent(m.passed))
		}
	}
	return b.Bytes()
}

func indent(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "  " + l
		}
	}
	return strings.Join(lines, "\n")
}

// texts are the full licence texts, equal ones once.
func texts(modules []*module) []byte {
	var order []string
	by := map[string][]string{}
	for _, m := range modules {
		if by[m.text] == nil {
			order = append(order, m.text)
		}
		by[m.text] = append(by[m.text], m.path)
	}
	var b bytes.Buffer
	b.WriteString("Licences of the modules that the report program is linked with.\nWritten by tools/notice; see NOTICE for the list.\n")
	for _, t := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s", strings.Repeat("=", 78), strings.Join(by[t], "\n"), strings.Repeat("=", 78), t)
	}
	return b.Bytes()
}
