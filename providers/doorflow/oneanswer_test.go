package doorflow_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestReadNonsense: a nonsensical answer about one record or person fails that one and does not
// stop the others.
func TestReadNonsense(t *testing.T) {
	update := updating("k1", "71", "004821", "1")
	creation := reconcile.Change{Action: reconcile.Create, Want: record(map[string]string{"holder_id": "71", "type": "31", "value": "1"})}
	for name, c := range map[string]struct {
		change      reconcile.Change
		total, body string
		says        string
	}{
		"a list in place of a record": {update, "", `[]`, "the answer is an array"},
		"another record":              {update, "", `{"id":"k2","credential_type_id":31,"person_id":71}`, "about credential k2"},
		"a member of another kind":    {update, "", `{"id":"k1","credential_type_id":31,"person_id":71,"status":[1]}`, "has an array where"},
		"a record in place of a list": {creation, "", `{"a":1}`, "not a list"},
		"somebody else's credential":  {creation, "1", `[{"id":"k9","credential_type_id":31,"person_id":72,"value":"1"}]`, "belongs to person 72"},
		"not all that is declared":    {creation, "7", `[]`, "not proved complete"},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				if c.total != "" {
					w.Header().Set("Total", c.total)
				}
				_, _ = io.WriteString(w, c.body)
			}))
			_, err := client.Read(t.Context(), c.change)
			if reconcile.ClassOf(err) != reconcile.Refused || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got class %v: %v; want it refused and %q said", reconcile.ClassOf(err), err, c.says)
			}
		})
	}
}
