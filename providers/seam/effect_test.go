package seam_test

import (
	"slices"
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/seam"
	"keyroster/reconcile"
)

// TestStanding: a credential that already matches its row is left alone, and its line says whether
// the access system has it; so does a plan against an export.
func TestStanding(t *testing.T) {
	const synced, waits, unknown = `"is_latest_desired_state_synced_with_provider":true`, `"is_latest_desired_state_synced_with_provider":false`, `"is_latest_desired_state_synced_with_provider":null`
	refused := `"errors":[{"error_code":"provider_rejected_credential","message":"no 04212345, 0421-2345"}]`
	warns := func(codes ...string) string {
		var list []string
		for _, code := range codes {
			list = append(list, `{"warning_code":"`+code+`","message":"look","created_at":"2026-01-01T00:00:00Z"}`)
		}
		return `"warnings":[` + strings.Join(list, ",") + `]`
	}
	const not = "accepted by Seam, not yet confirmed by the access system"
	for name, c := range map[string]struct {
		members []string
		effect  reconcile.Effect
		notes   string
		// export is the effect according to the words of an export.
		export reconcile.Effect
	}{
		"in force":               {[]string{synced}, reconcile.EffectYes, "", reconcile.EffectUnknown},
		"nobody knows":           {[]string{unknown}, reconcile.EffectUnknown, "", reconcile.EffectUnknown},
		"waits":                  {[]string{waits}, reconcile.EffectPending, not, reconcile.EffectPending},
		"refused":                {[]string{waits, refused}, reconcile.EffectFailed, "Seam: provider_rejected_credential: no ••••, ••••", reconcile.EffectFailed},
		"refused, and confirmed": {[]string{synced, refused}, reconcile.EffectFailed, "Seam: provider_rejected_credential: no ••••, ••••", reconcile.EffectFailed},
		"a problem":              {[]string{synced, warns("unknown_issue_with_acs_credential")}, reconcile.EffectFailed, "Seam: unknown_issue_with_acs_credential: look", reconcile.EffectFailed},
		"not encoded":            {[]string{synced, warns("waiting_to_be_issued")}, reconcile.EffectPending, "Seam: waiting_to_be_issued: look", reconcile.EffectPending},
		"encode again, and wait": {[]string{waits, warns("needs_to_be_reissued")}, reconcile.EffectPending, "Seam: needs_to_be_reissued: look|" + not, reconcile.EffectPending},
		"moved": {
			[]string{synced, warns("schedule_modified")},
			reconcile.EffectYes, "", reconcile.EffectUnknown,
		},
		"moved, nobody knows": {
			[]string{unknown, warns("schedule_modified")},
			reconcile.EffectUnknown, "", reconcile.EffectUnknown,
		},
		"replaced": {
			[]string{synced, warns("requested_code_unavailable")},
			reconcile.EffectYes, "", reconcile.EffectUnknown,
		},
		"a new word": {
			[]string{synced, warns("not_known_yet")}, reconcile.EffectYes, "", reconcile.EffectUnknown,
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := openAccount(t, options{state: small})
			a.edit("acs_credentials", "c12", "{"+strings.Join(c.members, ",")+"}")
			same := row{"credential_id": "c12", "value": "04212345"}
			plan := a.plan(reconcile.Policy{}, same, row{"credential_id": "c11", "value": "004821"})
			l := plan.Lines[0]
			if l.Situation != reconcile.InSync || l.Outcome != reconcile.Unchanged || len(plan.Chains) > 0 {
				t.Errorf("%s %s", l.Situation, l.Outcome)
			}
			if notes := strings.Join(plan.Notes(0), "|"); l.Effect != c.effect || notes != c.notes {
				t.Errorf("effect %q, notes %q", l.Effect, notes)
			}
			if l := plan.Lines[1]; l.Effect != reconcile.EffectYes || len(plan.Notes(1)) > 0 {
				t.Errorf("its neighbour: effect %q, notes %q", l.Effect, plan.Notes(1))
			}

			listing := a.list()
			listing.Effect, listing.Effects = reconcile.EffectUnknown, nil
			r := roster(same)
			wanted := seam.Spec.Offline(providers.Offline{Roster: r, Listing: listing, Wanted: &reconcile.Wanted{
				Rows: r.Rows, Verdicts: map[int]reconcile.Verdict{}, Notes: map[int][]string{},
			}})
			plan = reconcile.Diff(r, wanted, listing, reconcile.Policy{})
			if got := plan.Lines[0].Effect; got != c.export ||
				(len(plan.Notes(0)) > 0) != (c.export != reconcile.EffectUnknown) {
				t.Errorf("by an export: effect %q, notes %q", got, plan.Notes(0))
			}
			if slices.ContainsFunc(plan.Notes(0), func(note string) bool { return strings.Contains(note, "2345") }) {
				t.Errorf("a note holds a value: %q", plan.Notes(0))
			}
		})
	}
}

// TestWhatIsChangedAnyway: a line with a change is judged by the outcome of the change, not by how
// its record stood before.
func TestWhatIsChangedAnyway(t *testing.T) {
	a := openAccount(t, options{state: small})
	a.edit("acs_credentials", "c11", `{"errors":[{"error_code":"provider_rejected_credential","message":"no"}]}`)
	for _, r := range []row{{"credential_id": "c11", "value": "0071"}, {"credential_id": "c11", "state": "absent"}} {
		plan := a.plan(reconcile.Policy{}, r)
		if l := plan.Lines[0]; !l.Sends() || l.Effect != reconcile.EffectUnknown || len(plan.Notes(0)) > 0 {
			t.Errorf("%v: %s, effect %q, notes %q", r["state"], l.Outcome, l.Effect, plan.Notes(0))
		}
	}
}
