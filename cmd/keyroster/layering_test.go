package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module  = "keyroster"
	rootDir = "../.."
)

// pkg is what go list says about a package of the module.
type pkg struct {
	Name, ImportPath, Dir, Doc         string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Imports, TestImports, XTestImports []string
}

// path is the package's path below the module.
func (p *pkg) path() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func modulePackages(t *testing.T) []*pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir = rootDir
	var failure bytes.Buffer
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v\n%s", err, &failure)
	}
	var all []*pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, &p)
	}
	if len(all) < 10 {
		t.Fatalf("go list finds %d packages only", len(all))
	}
	return all
}

// layers say which folders the code of a folder may import; the first entry that covers a folder
// decides, so longer prefixes come first. A folder that is not named here has no place in the
// module.
var layers = []struct {
	folder string
	may    []string
	rule   string
}{
	{"cmd", []string{"cmd", "providers", "io", "reconcile"}, "cmd wires everything"},
	{"reconcile/engine", []string{"reconcile"}, "the engine knows the nouns alone"},
	{"reconcile/migration", []string{"reconcile"}, "a roster made from records knows the nouns alone"},
	{"reconcile/inverse", []string{"reconcile"}, "a roster made from what a run kept knows the nouns alone"},
	{"reconcile/findings", []string{"reconcile"}, "what is looked for in records knows the nouns alone"},
	{"reconcile/rescue", []string{"reconcile"}, "what becomes of a panic knows the nouns alone"},
	{"reconcile/shape", nil, "what values look like is a matter of texts alone"},
	{"reconcile", []string{"reconcile/shape"}, "the nouns import nothing but what values look like"},
	{openerFolder, nil, "the opener of files knows nothing of what is in them"},
	{rightsFolder, []string{rightsFolder}, "who may use a file has nothing to do with what is in it"},
	{writerFolder, []string{openerFolder, rightsFolder}, "the writer of files knows nothing of what is in them"},
	{"io", []string{"io", "reconcile"}, "files never know providers or the engine"},
	{"providers/all", []string{"providers", "reconcile"}, "the list of providers imports each of them"},
	{lawsFolder, []string{"providers", "reconcile"}, "the laws know what every provider knows"},
	{
		"providers/httpapi",
		[]string{"providers", "reconcile", openerFolder, writerFolder, rightsFolder},
		"the transport opens and writes its token file as everybody does",
	},
	{"samples", []string{"providers/doorflow", "reconcile"}, "samples use what the program does, and run it"},
	{"providers", []string{"providers", "reconcile"}, "providers never import io or cmd"},
}

// openerFolder is the one package that opens files for reading.
const openerFolder = "io/plainfile"

// writerFolder is the one package that puts files into their places.
const writerFolder = "io/atomicio"

// rightsFolder is the one package that says who may use a file.
const rightsFolder = "io/rights"

// lawsFolder is a package for tests only: it carries out plans, as tests may.
const lawsFolder = "providers/providertest"

// exampleFolder is a provider only for readers of the code: nothing lists it.
const exampleFolder = "providers/example"

// forTests are the packages for tests only.
var forTests = []string{
	lawsFolder, "io/store/storetest", "io/store/memory", "io/store/pgstore/pgtest", "cmd/internal/terminal/terminaltest",
	"cmd/internal/nights/pagetest", "cmd/internal/run/runtest", "io/rights/rightstest", "io/plainfile/linktest",
	"io/officeio/officetest", "io/xlsxio/xlsxtest", "io/odsio/odstest", seedFolder,
}

// seedFolder fixes the seed of property tests, and imports nothing of the program.
const seedFolder = "reconcile/fixedseed"

// shared are the packages below providers that every provider may import; every other folder
// there is one provider, with all that is below it.
var shared = []string{"providers", "providers/httpapi", "providers/sandbox", lawsFolder, "providers/consent", "providers/failure", "providers/listing", "providers/lookup", "providers/people"}

func TestArrowsRunDown(t *testing.T) {
	for _, p := range modulePackages(t) {
		imports := slices.Concat(p.Imports, p.TestImports, p.XTestImports)
		for _, imported := range imports {
			to, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			inTests := !slices.Contains(p.Imports, imported)
			if rule := broken(p.path(), to, inTests); rule != "" {
				t.Errorf("%s imports %s: %s", p.path(), to, rule)
			}
		}
	}
}

// broken returns the rule that an import breaks, or empty. Tests keep the same rules as other
// code, with the exceptions named here.
func broken(from, to string, inTests bool) string {
	if inTests && to == seedFolder {
		return ""
	}
	if from == to {
		return ""
	}
	if slices.Contains(forTests, to) && !inTests && !slices.Contains(forTests, from) {
		return "it is for tests alone"
	}
	if below(to, exampleFolder) && !below(from, exampleFolder) {
		return "the example is not in the program"
	}
	for _, layer := range layers {
		if !below(from, layer.folder) {
			continue
		}
		if to == "reconcile/engine" && (inTests || from == lawsFolder) {
			return "" // to carry out a plan from end to end
		}
		if !slices.ContainsFunc(layer.may, func(folder string) bool { return below(to, folder) }) {
			return layer.rule
		}
		if to == "reconcile/engine" && layer.folder != "cmd" {
			return "only cmd runs the engine"
		}
		return sideways(from, to, inTests)
	}
	return "the folder is not one of " + folders()
}

// sideways returns the rule that an import within cmd or within providers breaks, or empty.
func sideways(from, to string, inTests bool) string {
	if rule := upward(from, to); rule != "" {
		return rule
	}
	a, b := provider(from), provider(to)
	switch {
	case b == "" || a == b || below(from, "cmd") || below(from, "samples") || from == "providers/all":
		return ""
	case to == "providers/all" && inTests:
		return "" // to see that the provider is on the list
	case a == "" && to == "providers/all":
		return "only cmd imports the list of providers"
	case a == "":
		return "what providers share knows none of them"
	}
	return "providers never import each other"
}

// provider returns the folder of the provider that a package belongs to, or empty.
func provider(path string) string {
	if !below(path, "providers") || slices.Contains(shared, path) {
		return ""
	}
	return strings.Join(strings.SplitN(path, "/", 3)[:2], "/")
}

func below(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func folders() string {
	var names []string
	for _, layer := range layers {
		names = append(names, layer.folder)
	}
	return strings.Join(names, ", ")
}

// TestTheRulesHaveTeeth tests the rules themselves, so that a change to the tables that lets
// everything through is noticed.
func TestTheRulesHaveTeeth(t *testing.T) {
	for _, c := range []struct {
		from, to string
		allowed  bool
	}{
		{"cmd/keyroster", "providers/all", true},
		{"cmd/keyroster", "reconcile/engine", true},
		{"io/rosterio", "io/csvio", true},
		{"io/rosterio", "reconcile", true},
		{"providers/seam", "providers/httpapi", true},
		{"providers/seam", "providers/seam/fake", true},
		{"providers/all", "providers/seam", true},
		{"providers/example", "providers/example/fake", true},
		{"providers/all", "providers/example", false},
		{"providers/all", "providers/example/fake", false},
		{"cmd/keyroster", "providers/example", false},
		{"reconcile/engine", "reconcile", true},
		{"reconcile/findings", "reconcile", true},
		{"io/exportio", "reconcile/findings", true},
		{"reconcile/migration", "reconcile/cards", true},
		{"reconcile/cards", "reconcile", false},
		{"reconcile/migration", "io/csvio", false},
		{"reconcile", "reconcile/findings", false},
		{"providers/seam", "providers/doorflow", false},
		{"providers/seam", "providers/doorflow/fake", false},
		{"providers/seam", "io/atomicio", false},
		{"providers/seam", "io/plainfile", false},
		{"providers/httpapi", "io/plainfile", true},
		{"providers/httpapi", "io/atomicio", true},
		{"providers/httpapi", "io/configio", false},
		{"io/atomicio", "io/plainfile", true},
		{"io/atomicio", "reconcile", false},
		{"io/rights", "io/plainfile", false},
		{"io/plainfile", "io/atomicio", false},
		{"io/rosterio", "io/plainfile", true},
		{"io/store/folder", "io/store", true},
		{"io/store/storetest", "io/store/memory", true},
		{"io/store/folder", "io/store/storetest", false},
		{"cmd/keyroster", "io/store/memory", false},
		{"cmd/keyroster", "cmd/internal/terminal/terminaltest", false},
		{"providers/httpapi", "providers/seam", false},
		{"providers/seam", "reconcile/engine", false},
		{"providers/providertest", "reconcile/engine", true},
		{"providers/providertest", "providers/seam", false},
		{"providers/seam", "providers/providertest", false},
		{"io/csvio", "providers", false},
		{"io/reportio", "reconcile/engine", false},
		{"reconcile", "io/csvio", false},
		{"reconcile", "reconcile/engine", false},
		{"reconcile/engine", "providers", false},
		{"reconcile/engine", "io/journalio", false},
		{"io/csvio", "cmd/keyroster", false},
		{"helper", "reconcile", false},
	} {
		if rule := broken(c.from, c.to, false); (rule == "") != c.allowed {
			t.Errorf("%s imports %s: rule %q, want allowed %v", c.from, c.to, rule, c.allowed)
		}
	}
}

// TestShelvesHoldNoCode: io and cmd are shelves, and the root holds no code, since a package
// there would be named after its place and not after what it does.
func TestShelvesHoldNoCode(t *testing.T) {
	for _, dir := range []string{".", "io", "cmd"} {
		found, err := filepath.Glob(filepath.Join(rootDir, dir, "*.go"))
		if err != nil || len(found) > 0 {
			t.Errorf("%s holds Go files: %v %v", dir, found, err)
		}
	}
	entries, err := os.ReadDir(rootDir)
	if err != nil {
		t.Fatal(err)
	}
	// Folders that runs leave at the root are not part of the source.
	ignored, err := os.ReadFile(filepath.Join(rootDir, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		known := strings.HasPrefix(e.Name(), ".") || slices.Contains([]string{"cmd", "io", "providers", "reconcile", "samples"}, e.Name()) ||
			slices.Contains(strings.Fields(string(ignored)), "/"+e.Name()+"/")
		if e.IsDir() && !known {
			t.Errorf("a folder %s at the root", e.Name())
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range modulePackages(t) {
		if len(p.GoFiles) > 0 && p.Doc == "" {
			t.Errorf("%s has no package comment", p.path())
		}
		if name := filepath.Base(p.Dir); slices.Contains([]string{"util", "utils", "helper", "helpers", "common", "manager", "io"}, name) {
			t.Errorf("%s: a package is called after what it does, not %s", p.path(), name)
		}
	}
}

// impure are the packages that pure code has no use for: they read or write
// something, or run beside the caller.
var impure = []string{
	"os", "io", "io/fs", "net", "bufio", "log", "log/slog", "sync", "sync/atomic", "syscall", "runtime",
	"math/rand", "math/rand/v2", "crypto/rand", "path/filepath", "embed", "testing",
}

// TestReconcileIsPure: the nouns do no I/O, read no clock and start no goroutine, so that equal
// inputs give equal plans (doc.go of package reconcile).
func TestReconcileIsPure(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(rootDir, "reconcile", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, folder := range []string{"findings", "cards", "migration"} {
		more, err := filepath.Glob(filepath.Join(rootDir, "reconcile", folder, "*.go"))
		if err != nil || len(more) == 0 {
			t.Fatal(more, err)
		}
		files = append(files, more...)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, reason := range impurities(filepath.Base(file), parsed) {
			t.Errorf("%s: %s", filepath.Base(file), reason)
		}
	}
}

// tables are packages of the Go project that hold only Unicode tables and the arithmetic over
// them.
var tables = []string{"golang.org/x/text/unicode/norm", "golang.org/x/net/idna"}

// impurities returns the ways in which a file is not pure.
func impurities(name string, file *ast.File) []string {
	var found []string
	for _, spec := range file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		switch {
		case spec.Name != nil:
			found = append(found, "imports "+path+" under another name, which hides what it calls")
		case path == "context" && name != "provider.go":
			found = append(found, "imports context, which belongs to provider.go alone")
		case slices.Contains(impure, path) || strings.HasPrefix(path, "net/"):
			found = append(found, "imports "+path)
		case slices.Contains(tables, path):
		case strings.Contains(path, "."):
			found = append(found, "imports "+path+", which is not of the standard library")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = append(found, "starts a goroutine")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"}, n.Sel.Name) {
				found = append(found, "uses time."+n.Sel.Name)
			}
		}
		return true
	})
	return found
}

func TestImpurityIsSeen(t *testing.T) {
	const source = `package reconcile
import ("context"; "os"; "net/http"; t "time"; "time"; "github.com/rs/zerolog")
func f() { go f(); _ = time.Now(); _ = time.Since; _ = time.Second }`
	file, err := parser.ParseFile(token.NewFileSet(), "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if found := impurities("bad.go", file); len(found) != 8 {
		t.Errorf("found %d of 8: %q", len(found), found)
	}
}
