package doorflow

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// granted answers as DoorFlow answers a token with these scopes; status is that of the token
// information.
type granted struct {
	status int
	scopes string
}

func (g granted) Do(_ context.Context, r httpapi.Request) (*httpapi.Response, error) {
	if r.Op != httpapi.Read {
		return nil, fmt.Errorf("%s writes", r.Name)
	}
	if r.Path == "/oauth/token/info" {
		return &httpapi.Response{Status: g.status, Body: []byte(`{"scope":[` + g.scopes + `]}`)}, nil
	}
	return &httpapi.Response{Status: http.StatusOK, Body: []byte("[]")}, nil
}

func TestExamineTellsWhatEachScopeIsFor(t *testing.T) {
	for name, c := range map[string]struct {
		login  granted
		failed []string
	}{
		"all":         {granted{200, `"account.person","account.credential_type.readonly","account.sync"`}, nil},
		"read only":   {granted{200, `"account.person.readonly","account.credential_type.readonly"`}, []string{"right to write", "right to sync"}},
		"none":        {granted{200, ``}, []string{"right to read", "right to read types", "right to write", "right to sync"}},
		"key":         {granted{401, ``}, nil},
		"not to tell": {granted{404, ``}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			client := &Client{http: c.login}
			var failed []string
			for _, exam := range client.Examine(t.Context()) {
				if exam.Err == nil {
					continue
				}
				failed = append(failed, exam.Name)
				if reconcile.ClassOf(exam.Err) != reconcile.Denied {
					t.Errorf("%s: class %v, want denied", exam.Name, reconcile.ClassOf(exam.Err))
				}
			}
			if diff := cmp.Diff(c.failed, failed); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
