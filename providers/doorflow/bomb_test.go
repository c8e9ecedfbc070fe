package doorflow_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestPageOfTooMuch: a numbered page is held in memory, so it is refused when it holds far more
// than was asked for, in number or in size.
func TestPageOfTooMuch(t *testing.T) {
	const one = `{"id":"a","person_id":1,"credential_type_id":1,"label":"x"}`
	for name, tc := range map[string]struct{ body, want string }{
		"elements": {"[" + strings.Repeat(one+",", 2000) + one + "]", "more than the maximum of 1000 credentials"},
		"bytes":    {`[{"id":"` + strings.Repeat("a", 16<<20) + `"}]`, "larger than 8 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			client := openHandler(t, options{}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Total", "1")
				_, _ = io.WriteString(w, tc.body)
			}))
			_, err := client.List(t.Context(), reconcile.Scope{}, nil)
			if reconcile.ClassOf(err) != reconcile.Unreachable || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want …%s…", err, tc.want)
			}
		})
	}
}
