package rosterio

import (
	"io/fs"
	"strings"
	"testing"

	"keyroster/io/plainfile"
)

func TestWhyARosterCannotBeOpened(t *testing.T) {
	for want, err := range map[string]error{
		"no such file":              fs.ErrNotExist,
		"may not read":              fs.ErrPermission,
		"close it there, or save a": plainfile.ErrHeld,
		"not a file":                plainfile.ErrKind,
		"too large":                 plainfile.ErrSize,
		"cannot be opened":          fs.ErrClosed,
	} {
		got := input{path: "badges.xlsx"}.openFault(&fs.PathError{Op: "open", Path: "badges.xlsx", Err: err})
		if !strings.HasPrefix(got.Error(), "badges.xlsx") || !strings.Contains(got.Error(), want) {
			t.Errorf("%v: %v, want …%s…", err, got, want)
		}
	}
}
