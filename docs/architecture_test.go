package docs

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pkg is a package as go list prints it.
type pkg struct {
	ImportPath, Dir, Name string
	Standard              bool
	Module                *struct{ Path string }
	GoFiles               []string
	Imports               []string
	TestImports           []string
	XTestImports          []string
}

// folder is the package's place in the module, "" for others.
func (p *pkg) folder() string { return strings.TrimPrefix(p.ImportPath, "tradeoff/") }

// list runs go list in the module's root.
func list[T any](t *testing.T, args ...string) []T {
	t.Helper()
	c := exec.Command("go", append([]string{"list"}, args...)...)
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %s", exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []T
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var v T
		switch err := d.Decode(&v); {
		case err == io.EOF:
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, v)
	}
}

const fields = "-json=ImportPath,Dir,Name,Standard,Module,GoFiles,Imports,TestImports,XTestImports"

// under reports whether a folder is one of some, or lies in one.
func under(folder string, of ...string) bool {
	return slices.ContainsFunc(of, func(f string) bool { return folder == f || strings.HasPrefix(folder, f+"/") })
}

// The flow: what each part of the program may import of the others.
func mayImport() map[string][]string {
	return map[string][]string{
		"cmd":      {"pipeline", "data", "stats", "charts", "reports"},
		"pipeline": {"pipeline", "data", "stats", "charts", "reports"},
		"data":     {"data"},
		"stats":    {"stats"},
		"charts":   {"charts", "stats"},
		"reports":  {"reports", "stats"},
		"internal": {}, // for tests: no part of the program may import it
	}
}

// Each module has its homes: the only folders that may import it outside of
// tests. A module that is not here is new, and its place is to be thought of.
func homes() map[string][]string {
	return map[string][]string{
		"github.com/apache/arrow/go/v17":   {"data", "pipeline", "reports/tidy"},
		"github.com/bmatcuk/doublestar/v4": {"pipeline"},
		"github.com/go-text/typesetting":   {"charts"},
		"github.com/gofrs/flock":           {"pipeline"},
		"github.com/google/go-cmp":         {"reports/internal/reporttest"},
		"github.com/invopop/jsonschema":    {"data/study"},
		"github.com/spf13/cobra":           {"cmd/report"},
		"github.com/xuri/excelize/v2":      {"reports/xlsx"},
		"go.yaml.in/yaml/v4":               {"data/study"},
		"golang.org/x/image":               {"charts"},
		"golang.org/x/sync":                {"pipeline"},
		"golang.org/x/term":                {"cmd/report"},
		"golang.org/x/text":                {"charts", "data/columns", "data/csv", "data/draft", "data/dta", "data/sav", "data/triples", "data/beside", "data/described", "data/syntax"},
		"gonum.org/v1/gonum":               {"stats"},
		"gonum.org/v1/plot":                {"charts"},
	}
}

// Imports run cmd, pipeline, then data, stats, charts and reports; heavy
// modules stay at home.
func TestImportsRunOneWay(t *testing.T) {
	module := map[string]string{} // of a package that is not ours
	for _, p := range list[pkg](t, "-deps", "-test", fields, "./...") {
		switch {
		case p.Standard:
			module[p.ImportPath] = "std"
		case p.Module != nil:
			module[p.ImportPath] = p.Module.Path
		}
	}
	allowed := mayImport()
	seen := map[string]bool{}
	for _, p := range list[pkg](t, fields, "./...") {
		part, _, _ := strings.Cut(p.folder(), "/")
		if part == "docs" {
			continue
		}
		may, known := allowed[part]
		if !known {
			t.Errorf("%s: no such part of the program is known; add it to the flow here and to ARCHITECTURE.md", p.folder())
			continue
		}
		for _, i := range p.Imports {
			if ours, is := strings.CutPrefix(i, "tradeoff/"); is {
				if helper := strings.HasSuffix(p.Name, "test"); !under(ours, may...) && !(helper && ours == "internal/sharedtest") {
					t.Errorf("%s imports %s: imports run cmd, pipeline, then data, stats, charts, reports", p.folder(), ours)
				}
				continue
			}
			m := module[i]
			if m == "std" || m == "" && !strings.Contains(i, ".") {
				continue
			}
			seen[m] = true
			if !under(p.folder(), homes()[m]...) {
				t.Errorf("%s imports %s: %s lives in %v", p.folder(), i, m, homes()[m])
			}
		}
	}
	for m := range homes() {
		if !seen[m] {
			t.Errorf("nothing imports %s any more: take it out of this table, go.mod and ARCHITECTURE.md", m)
		}
	}
}

// What is too heavy, or not sound, is not linked by way of something else.
func TestNotLinked(t *testing.T) {
	for _, p := range list[pkg](t, "-deps", fields, "./cmd/report") {
		for _, bad := range []string{"github.com/apache/arrow/go/v17/parquet/pqarrow", "github.com/apache/arrow/go/v17/arrow/compute", "google.golang.org/grpc", "google.golang.org/protobuf", "gonum.org/v1/plot/vg/vgsvg"} {
			if under(p.ImportPath, bad) {
				t.Errorf("cmd/report links %s", p.ImportPath)
			}
		}
	}
}

// Below cmd nothing prints, exits, runs programs, opens connections, or reads
// the clock, the environment or the arguments.
func TestNothingBelowCmdPrintsOrExits(t *testing.T) {
	packages := map[string]bool{"os/exec": true, "net": true, "net/http": true, "log": true, "math/rand": true, "flag": true}
	calls := regexp.MustCompile(`^(fmt\.Print(f|ln)?|os\.(Exit|Getenv|LookupEnv|Environ|Setenv|Chdir)|time\.(Now|Since|Until|Sleep|After|Tick)|print|println)$`)
	values := regexp.MustCompile(`^os\.(Stdout|Stderr|Stdin|Args)$`)
	for _, p := range list[pkg](t, fields, "./...") {
		// A main package is a command; what only tests import may use flag.
		if under(p.folder(), "cmd", "docs") || p.Name == "main" || strings.HasSuffix(p.Name, "test") {
			continue
		}
		for _, i := range p.Imports {
			if packages[i] {
				t.Errorf("%s imports %s", p.folder(), i)
			}
		}
		for _, name := range p.GoFiles {
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if called := dotted(n.Fun); calls.MatchString(called) {
						t.Errorf("%s/%s:%d: calls %s", p.folder(), name, files.Position(n.Pos()).Line, called)
					}
				case *ast.SelectorExpr:
					if values.MatchString(dotted(n)) {
						t.Errorf("%s/%s:%d: uses %s", p.folder(), name, files.Position(n.Pos()).Line, dotted(n))
					}
				}
				return true
			})
		}
	}
}

// dotted is a name such as fmt.Println, "" for anything else.
func dotted(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

// ARCHITECTURE.md has a line for every package and every module that we
// import, with its version, and for no other.
func TestArchitectureNamesPackagesAndModules(t *testing.T) {
	text := read(t, "../ARCHITECTURE.md")
	var folders []string
	imported := map[string]bool{}
	for _, p := range list[pkg](t, fields, "./...") {
		folders = append(folders, p.folder())
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			imported[i] = true
		}
	}
	same(t, "ARCHITECTURE.md, packages", rows(section(t, text, "## Packages")), folders)

	type mod struct {
		Path, Version  string
		Main, Indirect bool
	}
	var modules []string
	described := rows(section(t, text, "## Dependencies"))
	for _, m := range list[mod](t, "-m", "-json=Path,Version,Main,Indirect", "all") {
		uses := slices.ContainsFunc(slices.Collect(maps.Keys(imported)), func(i string) bool { return under(i, m.Path) })
		if m.Main || !uses {
			continue
		}
		modules = append(modules, m.Path)
		if !strings.Contains(described[m.Path], m.Version) {
			t.Errorf("ARCHITECTURE.md does not say that %s is used in version %s", m.Path, m.Version)
		}
	}
	same(t, "ARCHITECTURE.md, dependencies", described, modules)
}

// Links and paths in the documents lead somewhere.
func TestDocumentsPointAtFiles(t *testing.T) {
	link := regexp.MustCompile(`(?:\]\(|src=")([^)#\s"]+)`)
	for _, name := range []string{"../README.md", "../ARCHITECTURE.md", "../CHANGELOG.md", "study-file.md", "results.md", "methods.md", "performance.md"} {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			path := filepath.Join(filepath.Dir(name), filepath.FromSlash(m[1]))
			if found, _ := filepath.Glob(path); len(found) == 0 {
				t.Errorf("%s points at %s, which is not there", name, strconv.Quote(m[1]))
			}
		}
	}
}

// The test of what is forbidden sees it.
func TestDottedNames(t *testing.T) {
	for source, want := range map[string]string{"fmt.Println(1)": "fmt.Println", "print(1)": "print", "a.b.c(1)": "", "(f())()": ""} {
		e, err := parser.ParseExpr(source)
		if err != nil {
			t.Fatal(err)
		}
		if got := dotted(e.(*ast.CallExpr).Fun); got != want {
			t.Errorf("%s calls %q, not %q", source, got, want)
		}
	}
}
