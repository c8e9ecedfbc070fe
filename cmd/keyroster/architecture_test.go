package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEachPackageHasAnExample: a reader finds what each package is for in an example that runs,
// since comments alone go on saying what is no longer true. Packages that only tests use, and lists
// of words, need none.
func TestEachPackageHasAnExample(t *testing.T) {
	for _, p := range modulePackages(t) {
		path := p.path()
		kit := strings.HasSuffix(path, "test") || slices.Contains(forTests, path) || filepath.Base(path) == "fake"
		ofProvider := provider(path) != "" && path != exampleFolder && path != "providers/all" // all alike, shown there
		if p.Name == "main" || len(p.GoFiles) == 0 || kit || ofProvider || path == "io/rosterio/lexicon" {
			continue
		}
		if !slices.ContainsFunc(slices.Concat(p.TestGoFiles, p.XTestGoFiles), func(name string) bool {
			return hasExample(t, filepath.Join(p.Dir, name))
		}) {
			t.Errorf("%s has no example", path)
		}
	}
}

// hasExample reports whether a file has an example whose output is compared: go test
// builds the others and does not run them.
func hasExample(t *testing.T, file string) bool {
	t.Helper()
	if !strings.HasSuffix(file, "example_test.go") {
		return false
	}
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	compared := slices.ContainsFunc(tree.Comments, func(c *ast.CommentGroup) bool {
		return strings.HasPrefix(c.Text(), "Output:")
	})
	return compared && slices.ContainsFunc(tree.Decls, func(d ast.Decl) bool {
		f, is := d.(*ast.FuncDecl)
		return is && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Example")
	})
}

// TestArchitectureNamesEachPackage: the page on the architecture names each package of the second
// level, and no other.
func TestArchitectureNamesEachPackage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(rootDir, ".github/ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, shelf := range []string{"cmd/internal", "io", "providers", "reconcile"} {
		entries, err := os.ReadDir(filepath.Join(rootDir, shelf))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			named := strings.Contains(string(page), shelf+"/"+e.Name()+"`") || strings.Contains(string(page), "`"+e.Name()+"`")
			if e.IsDir() && !named {
				t.Errorf("%s/%s is not named", shelf, e.Name())
			}
		}
	}
	for _, m := range regexp.MustCompile("`((?:cmd|io|providers|reconcile)/[a-z/_]+)`").FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join(rootDir, m[1])); err != nil {
			t.Errorf("%s: %v", m[1], err)
		}
	}
}
