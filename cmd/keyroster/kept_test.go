package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// storeFolder has the packages that keep what is remembered and left behind.
const storeFolder = "io/store"

// keptNames are the names of files that only a store may know by their letters.
var keptNames = []string{
	"state.json", "values.json", "unlisted.json", "lock.json", "seal.key", "fingerprint.key", "open_run.path",
	"plan.json", "journal.ndjson", "journal.ndjson.mark", "report.json", "report.csv", "report.xlsx", "report.html",
	"failed.csv", "sealed.age", "manifest.json", "abandoned.json",
}

// keptElsewhere are the packages whose own files happen to have such a name.
var keptElsewhere = map[string]string{
	"io/migrationio plan.json":                "the plan of a migration lies in the migration's own folder",
	"io/notifyio report.html":                 "a mail calls the page so that it carries",
	"cmd/internal/audit store.ReportJSONFile": "a person may name a folder that is no run",
}

// filing are the packages whose functions open, list, rename and remove files, or make
// paths of them.
var filing = []string{"os", "io/ioutil", "path/filepath", module + "/io/plainfile", module + "/io/atomicio", "github.com/google/renameio/v2"}

// No package but those of the store opens, lists, renames or removes a file of a run
// or of what is remembered: another store keeps them in a database.
func TestOnlyTheStoreKeepsRuns(t *testing.T) {
	set, check := checker(t)
	used := map[string]bool{}
	for _, p := range modulePackages(t) {
		if below(p.path(), storeFolder) || len(p.GoFiles) == 0 {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		for _, k := range keepings(files, check(p.ImportPath, files)) {
			if why := p.path() + " " + k.name; keptElsewhere[why] != "" {
				used[why] = true
				continue
			}
			t.Errorf("%s: %s", set.Position(k.at), k.how)
		}
	}
	for why := range keptElsewhere {
		if !used[why] {
			t.Errorf("%s has no place among the exceptions any more", why)
		}
	}
}

// keeping is a place that deals with a file which a store keeps.
type keeping struct {
	at token.Pos
	// name is the file's name, where it stands there.
	name, how string
}

// keepings are the places of a package that deal with files of runs or of what is
// remembered: by a name, or by the path that the store tells for messages.
func keepings(files []*ast.File, info *types.Info) []keeping {
	var found []keeping
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				text, err := strconv.Unquote(n.Value)
				if err == nil && slices.Contains(keptNames, text) {
					found = append(found, keeping{n.Pos(), text, "names " + text + ", which a store keeps"})
				}
			case *ast.CallExpr:
				if !dealsWithFiles(n, info) {
					return true
				}
				for _, arg := range n.Args {
					if of := keptIn(arg, info); of != "" {
						found = append(found, keeping{n.Pos(), of, types.ExprString(n.Fun) + " is given " + of + ", which a store keeps"})
					}
				}
			}
			return true
		})
	}
	return found
}

// dealsWithFiles reports whether a call deals with files by their paths.
func dealsWithFiles(call *ast.CallExpr, info *types.Info) bool {
	of, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	name, ok := of.X.(*ast.Ident)
	if !ok {
		return false
	}
	pkg, ok := info.Uses[name].(*types.PkgName)
	return ok && of.Sel.Name != "Capped" && slices.Contains(filing, pkg.Imported().Path())
}

// keptIn is what an argument takes from the store: a name of a file, or the path or
// place of something that is kept; empty for nothing.
func keptIn(arg ast.Expr, info *types.Info) string {
	found := ""
	ast.Inspect(arg, func(n ast.Node) bool {
		of, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		object := info.Uses[of.Sel]
		if s := info.Selections[of]; s != nil {
			object = s.Obj()
		}
		if object == nil || object.Pkg() == nil || !below(strings.TrimPrefix(object.Pkg().Path(), module+"/"), storeFolder) {
			return true
		}
		_, constant := object.(*types.Const)
		if constant || slices.Contains([]string{"Path", "Place", "Scratch"}, object.Name()) {
			found = types.ExprString(of)
		}
		return true
	})
	return found
}

func TestKeepingIsSeen(t *testing.T) {
	const source = `package p
import ("os"; "path/filepath"; "keyroster/io/store"; "keyroster/io/plainfile"; "fmt")
func f(r *store.Run, t store.Tenant) {
	_, _ = os.Stat(r.Path(store.PlanFile))
	_ = os.Remove(r.Place())
	_ = filepath.Join("runs", store.ManifestFile)
	_, _ = plainfile.Read(t.Place(), 1)
	_ = "state.json"
	fmt.Println(r.Place(), store.PlanFile)
	_ = os.TempDir()
	_, _ = r.Open(store.PlanFile)
}`
	set, check := checker(t)
	file, err := parser.ParseFile(set, "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	files := []*ast.File{file}
	lines := map[int]bool{}
	for _, k := range keepings(files, check("keyroster/p", files)) {
		lines[set.Position(k.at).Line] = true
	}
	for n := 4; n <= 8; n++ {
		if !lines[n] {
			t.Errorf("line %d is not seen", n)
		}
	}
	if len(lines) != 5 {
		t.Errorf("lines %v", lines)
	}
}
