package seam_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"keyroster/providers/providertest"
	"keyroster/providers/seam"
	"keyroster/providers/seam/fake"
	"keyroster/reconcile"
)

// withDoors is small with a door that one credential opens.
var withDoors = strings.NewReplacer(
	`"acs_users": [`, `"acs_entrances": [{"acs_entrance_id":"d1","acs_system_id":"A","display_name":"Front door"}],
"acs_users": [`,
	`"code":"5150"}`, `"code":"5150","allowed_acs_entrance_ids":["d1"]}`,
).Replace(small)

// TestLaws: the laws of all providers hold for Seam. Its lists declare no total, so a record that a
// page leaves out goes unnoticed.
func TestLaws(t *testing.T) { providertest.Run(t, laws()) }

func laws() providertest.Suite {
	return providertest.Suite{
		Spec: &seam.Spec, Fake: fake.New, State: withDoors, Generate: 40,
		Create: providertest.Row{"holder_id": "u5", "type": "code", "value": "40177588"},
		Update: providertest.Row{"credential_id": "c11", "value": "39201755"},
		Delete: providertest.Row{"credential_id": "c21", "state": "absent"},
		// Listed once more at the end, to see that no system was added meanwhile.
		Twice: []string{"POST /acs/systems/list"},
		Cases: []providertest.Case{
			{Name: "several codes, with a time", Rows: []providertest.Row{
				{"holder_id": "u5", "type": "code", "value": "40177588", "starts_at": "2089-01-01T08:00:00Z", "ends_at": "2090-01-01T08:00:00Z"},
				{"holder_id": "u5", "type": "code", "value": "40177589"},
				{"acs_system_id": "B", "holder_email": "avery.sample@example.com", "type": "code", "value": "88120577"},
			}},
			{Name: "a code for one door", Rows: []providertest.Row{
				{"holder_id": "u5", "type": "code", "value": "40177588", "entrances": "d1"},
			}},
			{Name: "code and end of one", Rows: []providertest.Row{
				{"credential_id": "c11", "value": "39201755", "ends_at": "2091-07-01T00:00:00Z"},
			}},
			{Name: "another user", Policy: reconcile.Policy{Move: true}, Rows: []providertest.Row{
				{"credential_id": "c13", "holder_id": "u5", "type": "code", "value": "40177588"},
			}},
			{Name: "in place of another", Policy: reconcile.Policy{Recreate: true}, Rows: []providertest.Row{
				{"credential_id": "c11", "acs_system_id": "A", "holder_id": "u1", "type": "code", "value": "39201755", "starts_at": "2089-07-01T00:00:00Z"},
			}},
			{Name: "a mobile key", Rows: []providertest.Row{{"holder_id": "u6", "type": "mobile_key"}}},
			{Name: "a card, which waits to be encoded", Ends: []reconcile.Outcome{reconcile.Applied}, Rows: []providertest.Row{
				{"holder_id": "u5", "type": "card"},
			}},
			{Name: "some users", Policy: reconcile.Policy{Holders: []string{"u1"}}, Rows: []providertest.Row{
				{"credential_id": "c13", "value": "40177588"},
			}},
			{Name: "one walk", Listing: "pages", Rows: []providertest.Row{{"credential_id": "c13", "value": "40177588"}}},
			{Name: "answers without the credential", Set: map[string]string{"answers": "void"}, Rows: []providertest.Row{
				{"credential_id": "c13", "value": "40177588"}, {"credential_id": "c21", "state": "absent"},
			}},
			{Name: "a code that is taken", Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"credential_id": "c13", "value": "7001"},
			}},
			{Name: "what Seam leaves alone", Ends: []reconcile.Outcome{reconcile.Blocked}, Rows: []providertest.Row{
				{"credential_id": "n22", "state": "absent"},
			}},
			{Name: "no right to write", Set: map[string]string{"forbid": "/acs/credentials/update"}, Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"credential_id": "c13", "value": "40177588"},
			}},
		},
		Contract: &providertest.Contract{
			File: "seam-openapi.json", Examples: "testdata/wire",
			Deviations: []providertest.Deviation{
				{Call: "POST /acs/credentials/list", Says: "oneOf", Why: "section 2: every filter matches the empty branch of the oneOf as well"},
				{Call: "POST /acs/credentials/unmanaged/list", Says: "oneOf", Why: "section 4: one call for all systems; the document wants a filter, and the SDKs have none; a refusal is a note"},
				{Call: "POST /workspaces/get", Says: "body not allowed", Why: "section 1: the preflight sends an empty object"},
				{Call: "POST /acs/credentials/get", Status: 404, Says: "status", Why: "section 3: only 400 and 401 are declared; section 5: others occur"},
				{Call: "POST /acs/credentials/update", Status: 404, Says: "status", Why: "section 3: only 400 and 401 are declared; section 5: others occur"},
				{Call: "POST /acs/credentials/update", Status: 403, Says: "status", Why: "section 3: only 400 and 401 are declared; section 5: others occur"},
				{Call: "POST /acs/credentials/update", Status: 409, Says: "status", Why: "section 3: only 400 and 401 are declared; section 5: others occur"},
				{Call: "POST /acs/credentials/update", Status: 200, Says: `"acs_credential" is missing`, Why: "section 9: the document has the object, the SDKs and guides have none; both are answered"},
				{Call: "POST /acs/credentials/delete", Status: 404, Says: "status", Why: "section 3: only 400 and 401 are declared; section 5: others occur"},
			},
		},
		Refusal: func(quote string) (int, string) {
			return http.StatusBadRequest, fmt.Sprintf(`{"error":{"type":"invalid_input","message":%s},"ok":false}`, strconv.Quote(quote))
		},
	}
}
