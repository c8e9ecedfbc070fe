//go:build ignore

// weigh prints the lines and tokens of Go code by package, heaviest first. It counts
// what is written by hand and is no test: fakes and test kits outside of _test files
// too. With -most it fails where the tree has more tokens than that.
package main

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// weight is what a package weighs.
type weight struct {
	folder                     string
	files, lines, code, tokens int
}

func (w *weight) add(o weight) {
	w.files, w.lines, w.code, w.tokens = w.files+o.files, w.lines+o.lines, w.code+o.code, w.tokens+o.tokens
}

func (w *weight) String() string {
	return fmt.Sprintf("%-34s %4d files %6d lines %7d tokens %5.2f a code line",
		w.folder, w.files, w.lines, w.tokens, float64(w.tokens)/float64(max(w.code, 1)))
}

func main() {
	most := flag.Int("most", 0, "fail where there are more tokens")
	flag.Parse()
	byFolder, total := map[string]*weight{}, &weight{folder: "total"}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != "." && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil || bytes.HasPrefix(source, []byte("// Code generated")) {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		if byFolder[folder] == nil {
			byFolder[folder] = &weight{folder: folder}
		}
		one := weigh(source)
		byFolder[folder].add(one)
		total.add(one)
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "weigh:", err)
		os.Exit(1)
	}
	var all []*weight
	for _, w := range byFolder {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b *weight) int {
		return cmp.Or(cmp.Compare(b.tokens, a.tokens), cmp.Compare(a.folder, b.folder))
	})
	for _, w := range append(all, total) {
		fmt.Println(w)
	}
	if *most > 0 && total.tokens > *most {
		fmt.Fprintf(
			os.Stderr,
			"weigh: %d tokens, and %d are allowed: make it lighter, or raise the number in .ci/weight and say why\n",
			total.tokens, *most,
		)
		os.Exit(1)
	}
}

// weigh counts one file. Line feeds that end a statement are no tokens.
func weigh(source []byte) weight {
	set := token.NewFileSet()
	file := set.AddFile("", -1, len(source))
	var s scanner.Scanner
	s.Init(file, source, nil, 0)
	w, code := weight{files: 1, lines: bytes.Count(source, []byte("\n"))}, map[int]bool{}
	for {
		at, kind, text := s.Scan()
		if kind == token.EOF {
			break
		}
		if kind == token.SEMICOLON && text == "\n" {
			continue
		}
		w.tokens++
		code[set.Position(at).Line] = true
	}
	w.code = len(code)
	return w
}
