package main

import (
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
	"failure", "manual", "sink", "terminal", "account", "storage", "exit", "describe", "history",
	"draft", "annotation", "run", "audit", "notify", "console",
	"accounts", "nights", "starter", "transfer", "export", "templates", "doctor", "fleet",
}

// room returns the place of a package in that order, or -1 if it has none. What is below a
// package shares its place.
func room(path string) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, roomsFolder+"/"), "/")
	return slices.Index(rooms, name)
}

// upward returns the rule that an import within cmd breaks, or empty.
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
		{"cmd/internal/run", "cmd/internal/run/inner", true},
		{"cmd/internal/run/inner", "cmd/internal/audit", false},
		{"cmd/internal/run", "cmd/internal/run/runtest", false},
		{"cmd/internal/account", "cmd/internal/history", false},
		{"cmd/internal/terminal", "cmd/internal/sink", true},
		{"cmd/internal/terminal", "cmd/internal/run", false},
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

// TestEachRoomHasItsPlace: each folder has a place in the order, even one that imports nothing.
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

// commandFolder has only the commands: what a command line says, what it calls, and how the
// result is printed. What several commands are made of is a room below roomsFolder.
const commandFolder = "cmd/keyroster"

// commandLines is the most lines that commandFolder may have, without tests. A folder that grows
// beyond it holds something that is not a command.
const commandLines = 3000

func TestCommandsHoldCommandsAlone(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(rootDir, commandFolder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	product, lines := 0, 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		product++
		lines += strings.Count(string(text), "\n")
	}
	if product == 0 || lines > commandLines {
		t.Errorf("%s: %d files of %d lines, at most %d: move what is no command below %s",
			commandFolder, product, lines, commandLines, roomsFolder)
	}
}

// TestCmdHasTwoFolders: commands are in one folder, and what they are made of in the other.
func TestCmdHasTwoFolders(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(rootDir, "cmd"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if folder := "cmd/" + e.Name(); e.IsDir() && folder != commandFolder && folder != roomsFolder {
			t.Errorf("a folder %s", folder)
		}
	}
}
