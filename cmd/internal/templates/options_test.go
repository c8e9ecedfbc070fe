package templates_test

import (
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/templates"
)

// TestCheck: options that make no sense are refused before anything is asked or written.
func TestCheck(t *testing.T) {
	file := filepath.Join(t.TempDir(), "badges.xlsx")
	for _, o := range []templates.Options{
		{},
		{Out: file},
		{Out: file, Provider: "elsewhere"},
		{Out: "badges.pdf", Provider: "seam"},
		{Out: t.TempDir() + "/.csv/..", Provider: "seam"},
		{Out: templates.Stdout, Filled: true},
		{Out: file, Account: "hq", Reveal: true},
	} {
		if err := o.Check(); failure.Of(err).Kind != failure.Usage {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, o := range []templates.Options{
		{Out: file, Provider: "seam"},
		{Out: templates.Stdout, Account: "hq"},
		{Out: file, Filled: true, Reveal: true},
	} {
		if err := o.Check(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
