package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEachDependencyHasItsReason: the list of dependencies has a reason for each direct module of
// go.mod, and names no other.
func TestEachDependencyHasItsReason(t *testing.T) {
	read := func(file string) string {
		content, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	var required, listed []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(read("go.mod"), -1) {
		required = append(required, m[1])
	}
	for _, line := range strings.Split(read(".github/DEPENDENCIES.md"), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`/]+\\.[^`/]+/[^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			listed = append(listed, m[1])
		}
	}
	slices.Sort(listed)
	slices.Sort(required)
	if diff := cmp.Diff(required, listed); diff != "" {
		t.Errorf("go.mod and .github/DEPENDENCIES.md differ (-required +listed):\n%s", diff)
	}
}
