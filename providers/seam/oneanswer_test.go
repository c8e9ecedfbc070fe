package seam_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestReadNonsense: a nonsensical answer about one credential or user fails that one and does not
// stop the others.
func TestReadNonsense(t *testing.T) {
	creation := creating(row{"holder_id": "u1", "type": "code", "value": "1"})
	for name, c := range map[string]struct {
		change reconcile.Change
		body   string
		says   string
	}{
		"no record":                   {updating("c11", nil), `{"ok":true}`, "the answer has no acs_credential"},
		"a list in place of a record": {updating("c11", nil), `{"acs_credential":[]}`, "the answer is an array"},
		"a record in place of a list": {creation, `{"acs_credentials":{}}`, "the answer is an object"},
		"an end without a page":       {creation, `{"acs_credentials":[],"pagination":{"has_next_page":true}}`, "not proved complete"},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, c.body)
			}))
			_, err := client.Read(t.Context(), c.change)
			if reconcile.ClassOf(err) != reconcile.Refused || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got class %v: %v; want it refused and %q said", reconcile.ClassOf(err), err, c.says)
			}
		})
	}
}
