package seam

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers"
)

// TestBeyond: what a copy of a credential would lack is named; what Seam makes by itself is not
// lacking.
func TestBeyond(t *testing.T) {
	const own = `"acs_credential_id":"c1","acs_system_id":"s1","acs_user_id":"u1","access_method":"code","code":"0123","display_name":"PIN","external_type":"pti_card",` +
		`"created_at":"2026-01-04T10:11:12Z","is_managed":true,"errors":[],"warnings":[{"warning_code":"x"}],"is_latest_desired_state_synced_with_provider":true`
	for text, want := range map[string][]string{
		`{` + own + `,"is_multi_phone_sync_credential":false,"visionline_metadata":{},"parent_acs_credential_id":null}`: nil,
		`{` + own + `,"is_multi_phone_sync_credential":true,"visionline_metadata":{"card_id":"1"},"later":1}`:           {"is_multi_phone_sync_credential", "later", "visionline_metadata"},
	} {
		var w providers.Extended[credential]
		if err := json.Unmarshal([]byte(text), &w); err != nil || w.Object.ID != "c1" || len(w.Object.Warns) != 1 {
			t.Fatal(err, w.Object.ID)
		}
		var names []string
		for _, b := range w.Uncovered {
			names = append(names, b.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Error(diff)
		}
	}
}
