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

// opening has the source files that may open files themselves: they create a file, flush a
// folder, or read what the system keeps.
var opening = []string{
	"io/plainfile/plainfile.go",
	"io/atomicio/place_unix.go",
	"io/bookio/nameless_windows.go",
	"io/journalio/boot_linux.go",
	"io/store/folder/journal.go",
	"io/store/folder/probe.go",
}

// testFolders are the folders of code that only tests use.
var testFolders = []string{
	"providers/providertest", "io/xlsxio/xlsxtest", "io/odsio/odstest", "io/notifyio/notifytest",
	"cmd/internal/terminal/terminaltest",
}

// TestOnlyTheOpenerOpens: files are opened by the one package that refuses anything but a regular
// file and caps what is read. A pipe in place of a file would hang a night for ever.
func TestOnlyTheOpenerOpens(t *testing.T) {
	seen := 0
	for _, folder := range []string{"cmd", "io", "providers", "reconcile"} {
		err := filepath.WalkDir(filepath.Join(rootDir, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			name, err := filepath.Rel(rootDir, path)
			if err != nil {
				return err
			}
			name = filepath.ToSlash(name)
			if slices.ContainsFunc(testFolders, func(folder string) bool { return below(name, folder) }) {
				return nil
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			calls := opens(file)
			if slices.Contains(opening, name) {
				seen += min(len(calls), 1)
				return nil
			}
			for _, call := range calls {
				t.Errorf("%s calls %s: open files by %s", name, call, openerFolder)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen != len(opening) {
		t.Errorf("%d of the %d files that may open others do", seen, len(opening))
	}
}

// opens returns the calls in a file that open a file by its path.
func opens(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := call.X.(*ast.Ident)
		if ok && (x.Name == "os" || x.Name == "ioutil" || x.Name == "excelize") && slices.Contains([]string{"Open", "OpenFile", "ReadFile"}, call.Sel.Name) {
			found = append(found, x.Name+"."+call.Sel.Name)
		}
		return true
	})
	return found
}

func TestOpeningIsSeen(t *testing.T) {
	const source = `package p
import "os"
var read = os.ReadFile
func f() { _, _ = os.Open("x"); _, _ = os.OpenFile("x", 0, 0); _, _ = os.Stat("x"); _, _ = excelize.OpenFile("x") }`
	file, err := parser.ParseFile(token.NewFileSet(), "bad.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	if found := opens(file); len(found) != 4 {
		t.Errorf("found %d of 4: %q", len(found), found)
	}
}
