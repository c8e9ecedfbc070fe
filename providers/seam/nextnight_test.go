package seam_test

import (
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestNextNight: what the provider made of an accepted change stands, with a note, and is not
// changed again every night.
func TestNextNight(t *testing.T) {
	const replaced = `{"code":"9999","warnings":[` +
		`{"warning_code":"requested_code_unavailable","message":"x",` +
		`"created_at":"2026-01-01T00:00:00Z","original_code":"1234","new_code":"9999"}]}`
	const moved = `{"warnings":[{"warning_code":"schedule_modified","message":"x","created_at":"2026-01-01T00:00:00Z"}]}`
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c13", replaced)
	a.edit("acs_credentials", "c11", moved)
	a.edit("acs_credentials", "c12",
		`{"errors":[{"error_code":"provider_rejected_credential","message":"no"}],`+
			`"is_latest_desired_state_synced_with_provider":false}`)
	for name, c := range map[string]struct {
		rows []row
		want []string
	}{
		"by holder": {
			[]row{{"holder_id": "u1", "type": "code", "value": "1234"}},
			[]string{"in_sync none c13 (the provider rejected"},
		},
		"by id": {
			[]row{{"credential_id": "c13", "value": "1234"}},
			[]string{"in_sync none c13 (the provider rejected"},
		},
		"both": {
			[]row{
				{"holder_id": "u1", "type": "code", "value": "004821"},
				{"holder_id": "u1", "type": "code", "value": "1234"},
			},
			[]string{"in_sync none c11", "in_sync none c13 ("},
		},
		"the new one": {[]row{{"holder_id": "u1", "type": "code", "value": "9999"}}, []string{"in_sync none c13"}},
		"a third":     {[]row{{"credential_id": "c13", "value": "4321"}}, []string{"drifted update c13 value"}},
		"asked for twice": {
			[]row{
				{"holder_id": "u1", "type": "code", "value": "1234"},
				{"credential_id": "c13", "value": "1234"},
			},
			[]string{"drifted update c11 value", "in_sync none c13"},
		},
		"to be gone": {
			[]row{{"holder_id": "u1", "type": "code", "value": "1234", "state": "absent"}},
			[]string{"drifted delete c13"},
		},
		"refused by then": {
			[]row{{"credential_id": "c12", "value": "04212345"}},
			[]string{"in_sync none c12 (Seam: provider_rejected_credential: no)"},
		},
		"and to be changed": {
			[]row{{"credential_id": "c12", "value": "1"}},
			[]string{"unsupported none c12: Seam cannot write card numbers"},
		},
		"an earlier start": {
			[]row{{"credential_id": "c11", "starts_at": "2026-01-01"}},
			[]string{"in_sync none c11 (Seam moved the start"},
		},
		"a later start": {
			[]row{{"credential_id": "c11", "value": "004821", "starts_at": "2026-03-01"}},
			[]string{"unsupported none c11: starts_at"},
		},
		"an end besides": {
			[]row{{"credential_id": "c11", "starts_at": "2026-01-01", "ends_at": "2091-01-01"}},
			[]string{"drifted update c11 ends_at"},
		},
		"the code in clear": {
			[]row{{"credential_id": "c13", "value": "1234", "ends_at": "2091-01-01"}},
			[]string{"drifted update c13 ends_at"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan := a.plan(reconcile.Policy{}, c.rows...)
			for n, want := range c.want {
				if got := lineOf(plan, n); !strings.HasPrefix(got, want) {
					t.Errorf("%s\nwant %s", got, want)
				}
			}
		})
	}
}

// TestEqualCodes: the same code twice in a system is noted and not blocked; in two systems it is
// not worth a note.
func TestEqualCodes(t *testing.T) {
	plan := openAccount(t, options{state: small}).plan(reconcile.Policy{},
		row{"credential_id": "c11", "holder_id": "u1", "type": "code", "value": "6061"},
		row{"holder_id": "u6", "type": "code", "value": "6061"},
		row{"holder_id": "u5", "type": "code", "value": "6061"})
	for n, want := range []string{"drifted update c11 value", "missing create value", "missing create value (user u5"} {
		if got := lineOf(plan, n); !strings.HasPrefix(got, want) ||
			strings.Contains(got, "twice") != (n == 2) || strings.Contains(got, "6061") {
			t.Errorf("line %d: %s", n, got)
		}
	}
	if got := lineOf(plan, 2); !strings.Contains(got, "see line 2 of pins.csv") {
		t.Error(got)
	}
}
