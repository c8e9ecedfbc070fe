package doorflow

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keyroster/providers"
	"keyroster/providers/failure"
	"keyroster/reconcile"
)

// rights are the scopes that calls need, with the alternatives that include them, and what
// does not work without them (DoorFlow API v3 reference, scopes).
var rights = []struct {
	name, without string
	anyOf         []string
}{
	{"right to read", "no command works without it", []string{"account.person.readonly", "account.person"}},
	{
		"right to read types",
		"rosters cannot name types by label",
		[]string{"account.credential_type.readonly"},
	},
	{"right to write", "plan and export work, apply does not", []string{"account.person"}},
	{"right to sync", "apply could not sync the doors", []string{"account.sync"}},
}

// Examine implements [providers.Features.Examine]: it checks the scopes of the token, and
// reads one record of each listing that runs begin with.
func (c *Client) Examine(ctx context.Context) []providers.Check {
	out := c.examineScopes(ctx)
	for _, probe := range []struct{ name, path, says string }{
		{"credentials", "/api/3/credentials", "can be listed"},
		{"credential types", "/api/3/credential_types", "can be listed"},
	} {
		var page []struct{}
		exam := providers.Check{Name: probe.name, Detail: probe.says}
		if err := c.get(ctx, "list "+probe.name, probe.path, url.Values{"per_page": {"1"}}, &page); err != nil {
			exam.Err = deniedIfForbidden(err)
		}
		out = append(out, exam)
	}
	return out
}

// examineScopes asks for the scopes of the token (DoorFlow API v3 reference, token
// information). A login by key has none.
func (c *Client) examineScopes(ctx context.Context) []providers.Check {
	var info struct {
		Scope []string `json:"scope"`
	}
	err := c.get(ctx, "read token information", "/oauth/token/info", nil, &info)
	if f := failure.In(err); f.HTTPStatus >= 400 && f.HTTPStatus < 500 && f.HTTPStatus != http.StatusTooManyRequests {
		return []providers.Check{{Name: "rights", Detail: "DoorFlow does not report the scopes of this login"}}
	}
	if err != nil {
		return []providers.Check{{Name: "rights", Err: err}}
	}
	var out []providers.Check
	for _, right := range rights {
		exam := providers.Check{Name: right.name}
		granted := slices.IndexFunc(right.anyOf, func(scope string) bool { return slices.Contains(info.Scope, scope) })
		if granted >= 0 {
			exam.Detail = "scope " + right.anyOf[granted]
		} else {
			exam.Err = &reconcile.Failure{
				Class: reconcile.Denied, Reason: "the token lacks the scope " + strings.Join(right.anyOf, " or ") + ": " + right.without,
				Hint: "add it to the OAuth application, then run keyroster login again",
			}
		}
		out = append(out, exam)
	}
	return out
}
