package seam_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"keyroster/providers/providertest"
	"keyroster/providers/seam"
)

// TestLaws: what holds for every provider holds for Seam. Its lists declare no
// total, so a record that a page leaves out is missed by nobody.
func TestLaws(t *testing.T) {
	providertest.Run(t, providertest.Suite{
		Spec: &seam.Spec, State: small, Generate: 40,
		Create: providertest.Row{"holder_id": "u5", "type": "code", "value": "4017758812"},
		Update: providertest.Row{"credential_id": "c11", "value": "3920175503"},
		Delete: providertest.Row{"credential_id": "c21", "state": "absent"},
		// Once more at the end, to see that no system came meanwhile.
		Twice: []string{"POST /acs/systems/list"},
		Refusal: func(quote string) (int, string) {
			return http.StatusBadRequest, fmt.Sprintf(`{"error":{"type":"invalid_input","message":%s},"ok":false}`, strconv.Quote(quote))
		},
	})
}
