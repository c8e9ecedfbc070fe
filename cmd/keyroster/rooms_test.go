package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// roomsFolder has what the commands are made of.
const roomsFolder = "cmd/internal"

// rooms are the packages below it, in order: each may import those before it.
var rooms = []string{
	"failure", "sink", "account", "describe", "history", "draft", "annotation", "run", "audit", "notify", "transfer", "export", "doctor",
}

// room is the place of a package in that order, -1 for one that has none. What lies
// below a package shares its place.
func room(path string) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, roomsFolder+"/"), "/")
	return slices.Index(rooms, name)
}

// upward is the rule that an import within cmd breaks.
func upward(from, to string) string {
	switch {
	case !below(from, roomsFolder):
		return ""
	case room(from) < 0:
		return "the package has no place in the order of " + roomsFolder
	case below(to, "cmd") && !below(to, roomsFolder):
		return "what commands are made of knows no command"
	case below(to, roomsFolder) && (room(to) < 0 || room(to) > room(from)):
		return "arrows below " + roomsFolder + " run down: " + strings.Join(rooms, ", ")
	}
	return ""
}

func TestRoomsHaveTeeth(t *testing.T) {
	for _, c := range []struct {
		from, to string
		allowed  bool
	}{
		{"cmd/keyroster", "cmd/internal/history", true},
		{"cmd/internal/history", "cmd/internal/account", true},
		{"cmd/internal/run", "reconcile/engine", true},
		{"cmd/internal/run", "cmd/internal/run/runtest", true},
		{"cmd/internal/run/runtest", "cmd/internal/audit", false},
		{"cmd/internal/account", "cmd/internal/history", false},
		{"cmd/internal/failure", "cmd/keyroster", false},
		{"cmd/internal/run", "cmd/keyroster", false},
		{"cmd/internal/run", "cmd/internal/other", false},
		{"cmd/internal/other", "cmd/internal/failure", false},
		{"cmd/internal/other", "reconcile", false},
		{"io/store", "cmd/internal/failure", false},
	} {
		if rule := broken(c.from, c.to, false); (rule == "") != c.allowed {
			t.Errorf("%s imports %s: rule %q, want allowed %v", c.from, c.to, rule, c.allowed)
		}
	}
}

// Each folder has a place in the order, also one that imports nothing.
func TestEachRoomHasItsPlace(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(rootDir, roomsFolder))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(rooms, e.Name()) {
			t.Errorf("%s/%s has no place in the order", roomsFolder, e.Name())
		}
	}
}

// abilitiesFile is the one file that asks a provider what it can do beyond what all can.
const abilitiesFile = roomsFolder + "/account/abilities.go"

func TestOneFileAsksProvidersWhatTheyAre(t *testing.T) {
	set, check := checker(t)
	asked := 0
	for _, p := range modulePackages(t) {
		if !below(p.path(), "cmd") || len(p.GoFiles) == 0 {
			continue
		}
		files := p.parse(t, set)
		for _, pos := range assertions(files, check(p.ImportPath, files)) {
			file := p.path() + "/" + filepath.Base(set.Position(pos).Filename)
			if asked++; file != abilitiesFile {
				t.Errorf("%s: a provider is asked what it is; an ability of the account says it", set.Position(pos))
			}
		}
	}
	if asked == 0 {
		t.Error("no file asks")
	}
}

// assertions are where a package asserts the type of a provider, by whatever name and
// through whatever other interface it has it.
func assertions(files []*ast.File, info *types.Info) []token.Pos {
	held := map[types.Object]bool{} // variables that hold one
	provider := func(e ast.Expr) (found bool) {
		ast.Inspect(e, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				return info.Types[n.Fun].IsType() // what a call answers with is another thing
			case *ast.Ident:
				found = found || held[info.Uses[n]]
			}
			if x, ok := n.(ast.Expr); ok && info.TypeOf(x) != nil {
				found = found || info.TypeOf(x).String() == module+"/reconcile.Provider"
			}
			return true
		})
		return found
	}
	var found []token.Pos
	visit := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i := range n.Lhs {
				to, ok := n.Lhs[i].(*ast.Ident)
				if !ok || len(n.Lhs) != len(n.Rhs) {
					continue
				}
				if t := info.TypeOf(n.Rhs[i]); t != nil && types.IsInterface(t) && provider(n.Rhs[i]) {
					held[info.Defs[to]], held[info.Uses[to]] = true, true
				}
			}
			delete(held, nil)
		case *ast.ValueSpec:
			for i := range n.Values {
				if len(n.Names) == len(n.Values) && provider(n.Values[i]) {
					held[info.Defs[n.Names[i]]] = true
				}
			}
		case *ast.TypeAssertExpr:
			if provider(n.X) {
				found = append(found, n.Pos())
			}
		}
		return true
	}
	for _, file := range files {
		ast.Inspect(file, visit)
	}
	return found
}

func TestAskingProvidersIsSeen(t *testing.T) {
	const source = `package p
import ("keyroster/reconcile"; "keyroster/cmd/internal/account")
type able interface{ Able() }
func f(acc *account.Account, p reconcile.Provider, other any) {
	_, _ = acc.Provider.(able) // found
	_ = p.(able) // found
	switch (acc.Provider).(type) {} // found
	_ = any(p).(able) // found
	who := acc.Provider
	_ = who.(able) // found
	var it any = acc.Provider
	_ = it.(able) // found
	_ = other.(able)
	t, _ := p.Tenant(nil)
	_ = any(t).(able)
}`
	set, check := checker(t)
	file, err := parser.ParseFile(set, "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	files, seen := []*ast.File{file}, map[int]bool{}
	for _, pos := range assertions(files, check("keyroster/cmd/p", files)) {
		seen[set.Position(pos).Line] = true
	}
	for n, line := range strings.Split(source, "\n") {
		if want := strings.Contains(line, "// found"); want != seen[n+1] {
			t.Errorf("found %v: %s", seen[n+1], line)
		}
	}
}
