package doorflow_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"keyroster/providers/doorflow"
	"keyroster/providers/providertest"
)

// TestLaws: what holds for every provider holds for DoorFlow.
func TestLaws(t *testing.T) {
	providertest.Run(t, providertest.Suite{
		Spec: &doorflow.Spec, State: smallState, Generate: 40,
		Set:    map[string]string{"sync-window": "0s"},
		Create: providertest.Row{"holder_email": "xavery@example.com", "type": "card", "value": "0071234567"},
		Update: providertest.Row{"credential_id": "c12", "value": "0907134471"},
		Delete: providertest.Row{"credential_id": "c21", "state": "absent"},
		Total:  map[string]string{"headers": "total"},
		Refusal: func(quote string) (int, string) {
			return http.StatusUnprocessableEntity, fmt.Sprintf(`{"error":"validation_failed","errors":{"value":[%s]}}`, strconv.Quote(quote))
		},
	})
}
