//go:build !windows

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestComparison makes the data, runs each tool that is available, and draws the growth.
func TestComparison(t *testing.T) {
	dir := t.TempDir()
	tools, _, err := install(dir)
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, size := range []int{300, 3000} {
		files, err := data(dir, size)
		if err != nil {
			t.Fatal(err)
		}
		again, err := data(dir, size)
		if err != nil || again != files {
			t.Errorf("made again: %v, %v", again, err)
		}
		of, err := compare(tools, files, size, 1)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, of...)
	}
	for _, r := range rows {
		if r.wall <= 0 {
			t.Errorf("%s took %v for %d credentials", r.tool, r.wall, r.size)
		}
	}
	if first := rows[0]; first.tool != "keyroster" || first.baseline != 1 {
		t.Errorf("the first tool is %s, with %.2f of keyroster's time", first.tool, first.baseline)
	}
	if drawn := draw(rows); !slices.Equal(drawn[:4], []byte("<svg")) {
		t.Errorf("drawn is %.60s", drawn)
	}
	if _, err := os.Stat(filepath.Join(dir, "want-300.csv.new")); err == nil {
		t.Error("a half-made file is left")
	}
}
