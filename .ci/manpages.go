// Command keyroster, built with this file in place of its main.go (see documents), writes
// the man pages of all commands into the folder that it is given.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra/doc"
)

// flag is how cobra writes one: a paragraph with its default value, also where that says
// nothing, and a line that begins with a tab.
var flag = regexp.MustCompile(`(?m)^(?:\.PP\n)?(\\fB-.*?)(?:\[=false\]|=""|=\[\]|=0|=0s)?\n\t`)

func main() {
	root := new(app).root()
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: "keyroster", Manual: "keyroster"}
	err := doc.GenManTree(root, header, os.Args[1])
	pages, listing := filepath.Glob(filepath.Join(os.Args[1], "*.1"))
	err = errors.Join(err, listing)
	for _, page := range pages {
		text, reading := os.ReadFile(page)
		err = errors.Join(err, reading, os.WriteFile(page, flag.ReplaceAll(text, []byte(".TP\n$1\n")), 0o644))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "manpages:", err)
		os.Exit(1)
	}
}
