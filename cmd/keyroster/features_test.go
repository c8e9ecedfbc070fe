package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// TestNobodyAsksProvidersWhatTheyAre: what a provider can do beyond what all can is in its
// Features: no product code asks a provider what it is.
func TestNobodyAsksProvidersWhatTheyAre(t *testing.T) {
	set, check := checker(t)
	for _, p := range modulePackages(t) {
		var files []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		if !asserts(files) {
			continue
		}
		for _, pos := range assertions(files, check(p.ImportPath, files)) {
			t.Errorf("%s: a provider is asked what it is; what it can do beyond others is in its Features", set.Position(pos))
		}
	}
}

// asserts reports whether files assert the type of anything.
func asserts(files []*ast.File) bool {
	found := false
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			_, asserted := n.(*ast.TypeAssertExpr)
			found = found || asserted
			return !found
		})
	}
	return found
}

// assertions returns where files assert the type of a provider, even of one that was first
// converted to any.
func assertions(files []*ast.File, info *types.Info) []token.Pos {
	var found []token.Pos
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			asserted, ok := n.(*ast.TypeAssertExpr)
			if !ok {
				return true
			}
			x := ast.Unparen(asserted.X)
			if call, ok := x.(*ast.CallExpr); ok && len(call.Args) == 1 && info.Types[call.Fun].IsType() {
				x = call.Args[0]
			}
			if isProvider(info.TypeOf(x)) {
				found = append(found, n.Pos())
			}
			return true
		})
	}
	return found
}

// isProvider reports whether a type has the methods of a provider.
func isProvider(t types.Type) bool {
	methods := types.NewMethodSet(t)
	for _, name := range []string{"Tenant", "List", "Resolve", "Read", "Write", "Finish"} {
		if methods.Lookup(nil, name) == nil {
			return false
		}
	}
	return true
}

func TestAskingProvidersIsSeen(t *testing.T) {
	const source = `package run
type provider interface { Tenant(); List(); Resolve(); Read(); Write(); Finish() }
type chooser interface { Choices() }
var acc struct { Provider provider; other any }
func f(p provider) {
	_, _ = acc.Provider.(chooser)
	_ = (p).(chooser)
	_ = any(p).(chooser)
	switch acc.Provider.(type) {}
	_ = acc.other.(chooser)
}`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	if _, err := new(types.Config).Check("run", set, []*ast.File{file}, info); err != nil {
		t.Fatal(err)
	}
	files := []*ast.File{file}
	if found := assertions(files, info); len(found) != 4 || !asserts(files) {
		var at []string
		for _, pos := range found {
			at = append(at, set.Position(pos).String())
		}
		t.Errorf("found %s, want 4", strings.Join(at, ", "))
	}
}
