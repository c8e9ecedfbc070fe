package console_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"keyroster/cmd/internal/console"
	"keyroster/cmd/internal/exit"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

// TestShowCheck: a roster with an error is reported even with --quiet; with --json it is the
// document of a failure.
func TestShowCheck(t *testing.T) {
	spec := all.Lookup("doorflow")
	empty, wrong := reconcile.NewRoster(spec.Schema), reconcile.NewRoster(spec.Schema)
	wrong.Problems = []reconcile.Problem{{
		Source: reconcile.Source{File: "badges.csv", Line: 13}, Severity: reconcile.SeverityError, Kind: "value",
		Message: "the cell is empty", Remedy: "fill it in",
	}}
	for _, c := range []struct {
		roster      *reconcile.Roster
		json, quiet bool
		code        int
		want        string
	}{
		{roster: empty, want: "0 rows for DoorFlow"},
		{roster: empty, quiet: true},
		{roster: empty, quiet: true, json: true, want: "keyroster/check/1"},
		{roster: wrong, quiet: true, code: exit.Roster, want: "the cell is empty"},
		{roster: wrong, json: true, code: exit.Roster, want: `"errors":1`},
	} {
		var stdout bytes.Buffer
		told := &console.Console{Stdout: &stdout, JSON: c.json, Quiet: c.quiet}
		code := exit.Of(told.ShowCheck(spec, c.roster))
		if code != c.code || (stdout.Len() == 0) != (c.want == "") || !strings.Contains(stdout.String(), c.want) {
			t.Errorf("%+v: exit code %d, %q", c, code, &stdout)
		}
		if json.Valid(stdout.Bytes()) != c.json {
			t.Errorf("%+v: %q", c, &stdout)
		}
	}
}
