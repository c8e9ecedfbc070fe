package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
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
	set, asked := token.NewFileSet(), 0
	err := fs.WalkDir(os.DirFS(rootDir), roomsFolder, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(set, filepath.Join(rootDir, path), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, pos := range assertions(file) {
			if asked++; path != abilitiesFile {
				t.Errorf("%s: a provider is asked what it is; an ability of the account says it", set.Position(pos))
			}
		}
		return nil
	})
	if err != nil || asked == 0 {
		t.Fatal(asked, err)
	}
}

// assertions are where a file asserts the type of a provider.
func assertions(file *ast.File) []token.Pos {
	var found []token.Pos
	ast.Inspect(file, func(n ast.Node) bool {
		asserted, ok := n.(*ast.TypeAssertExpr)
		if !ok {
			return true
		}
		name := ""
		switch x := ast.Unparen(asserted.X).(type) {
		case *ast.Ident:
			name = x.Name
		case *ast.SelectorExpr:
			name = x.Sel.Name
		}
		if strings.EqualFold(name, "provider") {
			found = append(found, n.Pos())
		}
		return true
	})
	return found
}

func TestAskingProvidersIsSeen(t *testing.T) {
	const source = `package run
func f() { _, _ = acc.Provider.(chooser); _ = provider.(keeper); switch (a.b.Provider).(type) {}; _ = other.(keeper) }`
	file, err := parser.ParseFile(token.NewFileSet(), "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if found := assertions(file); len(found) != 3 {
		t.Errorf("found %d of 3", len(found))
	}
}
