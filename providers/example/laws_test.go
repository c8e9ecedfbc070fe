package example_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"keyroster/providers/example"
	"keyroster/providers/example/fake"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

const state = `{"holders":[{"id":"hld_1"},{"id":"hld_2"},{"id":"hld_3"}],"credentials":[
	{"id":"crd_1","holder":"hld_1","type":"card","value":"0071234567"},
	{"id":"crd_2","holder":"hld_1","type":"pin","value":"40718236"},
	{"id":"crd_3","holder":"hld_2","type":"card","value":"0081726354"}]}`

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestLaws: the laws of all providers hold for the example, too.
func TestLaws(t *testing.T) {
	providertest.Run(t, providertest.Suite{
		Spec: &example.Spec, Fake: fake.New, State: state, Generate: 20,
		Create: providertest.Row{"holder_id": "hld_3", "type": "card", "value": "0907134471"},
		Update: providertest.Row{"credential_id": "crd_1", "value": "0092837465"},
		Delete: providertest.Row{"credential_id": "crd_3", "state": "absent"},
		Total:  map[string]string{}, // each page declares it
		Cases: []providertest.Case{
			{Name: "rows by holder and type", Rows: []providertest.Row{
				{"holder_id": "hld_1", "type": "card", "value": "0092837465"},
				{"holder_id": "hld_1", "type": "pin", "state": "absent"},
			}},
			{Name: "values change hands", Rows: []providertest.Row{
				{"credential_id": "crd_1", "value": "0092837465"}, {"credential_id": "crd_3", "value": "0071234567"},
			}},
			{Name: "some holders", Policy: reconcile.Policy{Holders: []string{"hld_2"}}, Rows: []providertest.Row{
				{"holder_id": "hld_2", "type": "pin", "value": "99012345"},
			}},
			{
				Name: "a key that may only read", Set: map[string]string{"rights": "read"},
				Ends: []reconcile.Outcome{reconcile.Failed},
				Rows: []providertest.Row{{"credential_id": "crd_1", "value": "0092837465"}},
			},
			{Name: "a holder who does not exist", Ends: []reconcile.Outcome{reconcile.Failed}, Rows: []providertest.Row{
				{"holder_id": "hld_9", "type": "pin", "value": "99012345"},
			}},
		},
		Refusal: func(quote string) (int, string) {
			body := fmt.Sprintf(`{"error":{"code":"no_value","message":%s}}`, strconv.Quote(quote))
			return http.StatusUnprocessableEntity, body
		},
	})
}
