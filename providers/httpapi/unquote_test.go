package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"keyroster/reconcile"
)

// TestARefusalDoesNotQuoteTheLogin: a login that the host quotes in a refusal does not get into a
// report.
func TestARefusalDoesNotQuoteTheLogin(t *testing.T) {
	for name, auth := range map[string]Authorizer{
		"bearer": Bearer(reconcile.NewSecret("at_planted_token")),
		"basic":  Basic(reconcile.NewSecret("planted_user"), reconcile.NewSecret("planted_password")),
	} {
		t.Run(name, func(t *testing.T) {
			c := newTestClient(t, Config{RoundTripper: trip(func(r *http.Request) (*http.Response, error) {
				user, password, _ := r.BasicAuth()
				answer, err := fault(422, "application/json", `{"error":"not good: `+r.Header.Get("Authorization")+" "+user+" "+password+`"}`), error(nil)
				answer.Request = r
				return answer, err
			})}, auth)
			resp, err := c.Do(t.Context(), Request{Name: "try", Op: Write, Method: "POST", Path: "/x"})
			if err != nil {
				t.Fatal(err)
			}
			if text := string(resp.Body); strings.Contains(text, "planted") || !strings.Contains(text, "not good") {
				t.Errorf("the body says %s", text)
			}
		})
	}
}
