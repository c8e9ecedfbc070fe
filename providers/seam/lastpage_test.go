package seam_test

import (
	"errors"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestListWithoutAWordOnTheNext: a later page that says nothing about further pages is the last
// one, and is checked against the earlier ones like a page that says so.
func TestListWithoutAWordOnTheNext(t *testing.T) {
	two := `{"acs_credentials":[` + oneCredential + `,` + strings.Replace(oneCredential, "c1", "c2", 1) + `]`
	more := `,"pagination":{"has_next_page":true,"next_page_cursor":"2"}}`
	third := strings.Replace(oneCredential, "c1", "c3", 1)
	for name, c := range map[string]struct {
		pages [2]string
		fails string
	}{
		"the rest":        {[2]string{two + more, `{"acs_credentials":[` + third + `]}`}, ""},
		"the first again": {[2]string{two + more, two + `}`}, "page 2 only repeats earlier pages"},
		"nothing":         {[2]string{two + more, `{"acs_credentials":[]}`}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, lists(t, "", func(n int, _ string) string { return c.pages[(n-1)%2] }))
			listing, err := client.List(t.Context(), reconcile.Scope{}, nil)
			switch {
			case c.fails == "" && (err != nil || !listing.Complete()):
				t.Error(err)
			case c.fails != "" && (!errors.Is(err, reconcile.ErrIncomplete) || !strings.Contains(err.Error(), c.fails)):
				t.Errorf("error %v, want one that says %q", err, c.fails)
			}
		})
	}
}
