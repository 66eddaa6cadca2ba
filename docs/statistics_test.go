package docs

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What stats exports is documented to the paper: every function and type has a
// comment, a function's comment names a test that checks it, and that test
// exists; functions and types have an example that a reader can run.
func TestStatisticsAreDocumented(t *testing.T) {
	tests := testsOf(t, "../stats")
	packages := map[string][]string{} // folder: files
	err := filepath.WalkDir("../stats", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == "internal" {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			packages[filepath.Dir(path)] = append(packages[filepath.Dir(path)], path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < 5 || len(tests) < 20 {
		t.Fatalf("%d packages, %d tests", len(packages), len(tests))
	}
	for folder, files := range packages {
		checkPackage(t, folder, files, tests)
	}
}

var testName = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark)\w+)\(`)

// testsOf are the names of all tests and benchmarks below a folder.
func testsOf(t *testing.T, folder string) map[string]bool {
	tests := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testName.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

// undocumented packages hold the streamed tables and their protection, which the
// program uses and nobody else; their tests are named in their package comments.
func undocumented(folder string) bool {
	return under(filepath.ToSlash(folder), "../stats/crosstab", "../stats/disclosure")
}

func checkPackage(t *testing.T, folder string, files []string, tests map[string]bool) {
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		a, err := parser.ParseFile(set, f, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, a)
	}
	p, err := doc.NewFromFiles(set, parsed, "tradeoff/"+strings.TrimPrefix(filepath.ToSlash(folder), "../"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Doc == "" {
		t.Errorf("%s: the package has no comment", folder)
	}
	if undocumented(folder) {
		return
	}
	shown := map[string]bool{} // names that some example uses
	for _, a := range parsed {
		for _, d := range a.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
				ast.Inspect(f, func(n ast.Node) bool {
					if id, ok := n.(*ast.Ident); ok {
						shown[id.Name] = true
					}
					return true
				})
			}
		}
	}
	function := func(name string, f *doc.Func, plain bool) {
		named := names.FindAllString(f.Doc, -1)
		known := false
		for _, n := range named {
			if !tests[n] {
				t.Errorf("%s.%s leans on %s, which is no test of stats", folder, name, n)
			}
			known = known || tests[n]
		}
		switch {
		case f.Doc == "":
			t.Errorf("%s.%s has no comment", folder, name)
		case plain && !known:
			t.Errorf("%s.%s names no test that checks it", folder, name)
		case plain && !shown[name]:
			t.Errorf("%s.%s stands in no example", folder, name)
		}
	}
	for _, f := range p.Funcs {
		function(f.Name, f, true)
	}
	for _, typ := range p.Types {
		if typ.Doc == "" {
			t.Errorf("%s.%s has no comment", folder, typ.Name)
		}
		for _, f := range typ.Funcs {
			function(f.Name, f, true)
		}
		for _, m := range typ.Methods {
			function(typ.Name+"."+m.Name, m, false)
		}
	}
}

var names = regexp.MustCompile(`\b(?:Test|Benchmark)[A-Z]\w*`)

// Functions that statistics.md names exist.
func TestStatisticsPageNamesWhatExists(t *testing.T) {
	known := map[string]bool{}
	err := filepath.WalkDir("../stats", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		a, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, d := range a.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				owner := a.Name.Name
				if f.Recv != nil {
					owner = receiver(f.Recv.List[0].Type)
				}
				known[owner+"."+f.Name.Name] = true
			}
			if g, ok := d.(*ast.GenDecl); ok {
				for _, s := range g.Specs {
					if typ, ok := s.(*ast.TypeSpec); ok {
						if fields, ok := typ.Type.(*ast.StructType); ok {
							for _, f := range fields.Fields.List {
								for _, n := range f.Names {
									known[typ.Name.Name+"."+n.Name] = true
								}
							}
						}
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "statistics.md")
	rows := regexp.MustCompile(`(?m)^\|.*\|(.*)\|$`).FindAllStringSubmatch(text, -1)
	seen := 0
	for _, row := range rows {
		for _, m := range regexp.MustCompile("`(\\w+\\.[A-Z]\\w*)`").FindAllStringSubmatch(row[1], -1) {
			seen++
			if !known[m[1]] {
				t.Errorf("statistics.md names %s, which stats does not have", m[1])
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d functions named", seen)
	}
}

// receiver is the type of a method.
func receiver(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.StarExpr:
		return receiver(x.X)
	case *ast.Ident:
		return x.Name
	}
	return ""
}
