package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/windows"
)

// TestWindows runs the scripts for what only Windows has. Besides the commands of all scripts
// they have
//
//	hold FILE       open a file so that no other program may, as Excel does
//	release FILE    let go of it
func TestWindows(t *testing.T) {
	scriptCommands["hold"] = positive(1, cmdHold)
	scriptCommands["release"] = positive(1, cmdRelease)
	runScripts(t, "windows", nil)
}

// TestConsole presses keys, which every process on a console receives, so nothing runs beside it.
func TestConsole(t *testing.T) { runScripts(t, "console", nil) }

// unixOnly matches what in a script needs Unix: its commands, its modes and signals, a key press
// that would reach all scripts at once, and paths and names as Unix spells them.
var unixOnly = regexp.MustCompile(`(?m)^(\[.*\] )?!? ?(exec|exits \d+) (sh|env|cat|sed|grep|cp|ln|mkdir|touch|rm|ls) |^(chmod|symlink|interrupt|consent) |` +
	`runs/\[|'[^'\n]*\b(runs|dry)/|/dev/| is good\.yaml sites/|LANG=`)

// scriptsHere returns the scripts of a folder that are for this system, or nil for all.
func scriptsHere(t *testing.T, dir string) []string {
	if filepath.Base(dir) != "script" {
		return nil
	}
	all, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	here := slices.DeleteFunc(all, func(path string) bool {
		text, err := os.ReadFile(path)
		return err != nil || unixOnly.Match(text)
	})
	if len(here) < 60 {
		t.Errorf("of the scripts only %d are for Windows", len(here))
	}
	return here
}

// holds are the files that scripts hold.
var holds sync.Map

func cmdHold(ts *testscript.TestScript, args []string) {
	path := ts.MkAbs(args[0])
	name, err := windows.UTF16PtrFromString(path)
	ts.Check(err)
	held, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, 0, 0)
	ts.Check(err)
	holds.Store(path, held)
}

func cmdRelease(ts *testscript.TestScript, args []string) {
	held, _ := holds.LoadAndDelete(ts.MkAbs(args[0]))
	ts.Check(windows.CloseHandle(held.(windows.Handle)))
}
