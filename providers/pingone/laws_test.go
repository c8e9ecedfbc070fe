package pingone_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"keyroster/providers/pingone"
	"keyroster/providers/providertest"
)

// TestLaws: what holds for every provider holds for PingOne.
func TestLaws(t *testing.T) {
	providertest.Run(t, providertest.Suite{
		Spec: &pingone.Spec, State: smallState, Generate: 20,
		Create: providertest.Row{
			"title": "Gym card", "description": "Members of the gym", "card_design_template": "<svg>${cardTitle} ${cardSubtitle}</svg>",
			"metadata.fields": `[{"id":"Alphanumeric Text -> Site","type":"Alphanumeric Text","title":"Site","value":"Main","isVisible":true,"required":false}]`,
		},
		Update:     providertest.Row{"credential_type_id": "t1", "metadata.card_color": "#102030"},
		Delete:     providertest.Row{"credential_type_id": "t4", "state": "absent"},
		PageSwitch: "page_size",
		Total:      map[string]string{"count": "true"},
		Refusal: func(quote string) (int, string) {
			return http.StatusBadRequest, fmt.Sprintf(`{"id":"e1","code":"INVALID_DATA","message":"Validation failed.","details":[{"code":"INVALID_VALUE","target":"title","message":%s}]}`, strconv.Quote(quote))
		},
	})
}
