package doorflow_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"keyroster/providers/doorflow"
	"keyroster/providers/doorflow/fake"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

func invite(settings any) { settings.(*doorflow.Settings).Invite = true }

// TestLaws: the laws of all providers hold for DoorFlow.
func TestLaws(t *testing.T) { providertest.Run(t, laws()) }

func laws() providertest.Suite {
	return providertest.Suite{
		Spec: &doorflow.Spec, Fake: fake.New, State: smallState, Generate: 40,
		Set:    map[string]string{"sync-window": "0s", "api_key": "key_5f0c17a9d2"},
		Create: providertest.Row{"holder_email": "xavery@example.com", "type": "card", "value": "0071234567"},
		Update: providertest.Row{"credential_id": "c12", "value": "0907134471"},
		Delete: providertest.Row{"credential_id": "c21", "state": "absent"},
		Total:  map[string]string{"headers": "total"},
		Cases: []providertest.Case{
			{Name: "rows by e-mail, reference and id, types by id, slug and label", Rows: []providertest.Row{
				{"holder_email": "BLAKE@example.com", "type": "Proximity card", "value": "0081726354"},
				{"holder_ref": "S-100", "type": "32", "value": "0092837465"},
				{"holder_id": "105", "type": "pin", "value": "7203951"},
				{"holder_email": "avery@example.com", "type": "pin", "state": "absent"},
			}},
			{Name: "values change hands", Rows: []providertest.Row{
				{"credential_id": "c11", "value": "5150"}, {"credential_id": "c21", "value": "7203951"},
			}},
			{Name: "some people", Policy: reconcile.Policy{Holders: []string{"101"}}, Rows: []providertest.Row{
				{"credential_id": "c12", "value": "0907134471"},
			}},
			{Name: "everything in one answer", Listing: "skip_pagination", Rows: []providertest.Row{
				{"credential_id": "c12", "value": "0907134471"},
			}},
			{Name: "an invitation", Settings: invite, Rows: []providertest.Row{{"holder_id": "105", "type": "mobile_pass"}}},
			{Name: "a PIN that is too long", Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"holder_id": "105", "type": "pin", "value": "12345678"},
			}},
			{Name: "a licence limit", Settings: invite, Set: map[string]string{"limit": "33:0"}, Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"holder_id": "105", "type": "mobile_pass"},
			}},
			{Name: "no right to write", Set: map[string]string{"forbid": "write"}, Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"credential_id": "c12", "value": "0907134471"},
			}},
		},
		Contract: &providertest.Contract{
			File: "doorflow-openapi.yaml", Examples: "testdata/wire",
			Deviations: []providertest.Deviation{},
		},
		Refusal: func(quote string) (int, string) {
			return http.StatusUnprocessableEntity, fmt.Sprintf(`{"error":"validation_failed","errors":{"value":[%s]}}`, strconv.Quote(quote))
		},
	}
}
