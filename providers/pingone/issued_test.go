package pingone_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

// TestCountsOfAPart: the cards are not counted if the rules read may not be all rules of a type,
// and a rule that comes twice is not a second one.
func TestCountsOfAPart(t *testing.T) {
	const one = `{"id":"r1"}`
	for name, c := range map[string]struct {
		rules string
		want  string
		cards map[string]int
	}{
		"all": {`"_embedded":{"issuanceRules":[` + one + `]},"size":1`, "12 issued cards", map[string]int{"t1": 12}},
		"fewer": {
			`"_embedded":{"issuanceRules":[` + one + `]},"size":1,"count":2`, "2 declared, but 1 read",
			map[string]int{},
		},
		"twice":        {`"_embedded":{"issuanceRules":[` + one + `,` + one + `]}`, "appear twice", map[string]int{}},
		"another size": {`"_embedded":{"issuanceRules":[` + one + `]},"size":50`, "12 issued cards", map[string]int{"t1": 12}},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case strings.HasSuffix(r.URL.Path, "/issuanceRules"):
					_, _ = io.WriteString(w, "{"+c.rules+"}")
				case strings.HasSuffix(r.URL.Path, "/usageCounts"):
					_, _ = io.WriteString(w, `{"issued":12}`)
				default:
					_, _ = io.WriteString(w, `{"_embedded":{"items":[{"id":"t1","title":"T"}]}}`)
				}
			})
			listing, err := client.List(t.Context(), reconcile.Scope{Beyond: true}, nil)
			if err != nil {
				t.Fatal(err)
			}
			row := map[string]string{"credential_type_id": "t1", "state": "absent"}
			wanted, err := client.Resolve(t.Context(), roster(t, row), listing)
			if err != nil || !strings.Contains(wanted.Notes[0][0], c.want) {
				t.Errorf("%v: notes %q, want %q", err, wanted.Notes[0], c.want)
			}
			cards, err := client.IssuedCards(t.Context(), listing.Records)
			if diff := cmp.Diff(c.cards, cards); err != nil || diff != "" {
				t.Errorf("%v: %s", err, diff)
			}
			told := fmt.Sprint(listing.Beyond[0])
			if unknown := strings.Contains(told, "so none can be copied"); unknown != (len(c.cards) == 0) {
				t.Errorf("beyond the columns: %s", told)
			}
		})
	}
}
