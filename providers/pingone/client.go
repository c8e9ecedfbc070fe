package pingone

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Client is one open PingOne environment. It is safe for concurrent use.
type Client struct {
	http        httpapi.Doer
	log         zerolog.Logger
	environment string
	// chosen names, in messages, the setting that determines the host.
	chosen      string
	concurrency int

	// session and calls make the ids that PingOne records with each call.
	session string
	calls   atomic.Uint64

	mu sync.RWMutex
	// listed has the ids of the last listing: a lost creation is recognised as a type with
	// its title that was not there before.
	listed map[string]bool
}

var _ reconcile.Provider = (*Client)(nil)

// do sends a request with its transaction and session ids (PingOne platform reference,
// external transaction and session IDs).
func (c *Client) do(ctx context.Context, r httpapi.Request) (*httpapi.Response, error) {
	r.Header = http.Header{}
	r.Header.Set("X-Ping-External-Session-ID", c.session)
	r.Header.Set("X-Ping-External-Transaction-ID", fmt.Sprintf("%s-%d", c.session, c.calls.Add(1)))
	return c.http.Do(ctx, r)
}

// get reads a path, or a link from an answer. A status other than 200 fails as in
// [refusal].
func (c *Client) get(ctx context.Context, r httpapi.Request) (*httpapi.Response, error) {
	r.Op, r.Method = httpapi.Read, http.MethodGet
	answer, err := c.do(ctx, r)
	if err != nil {
		return nil, err
	}
	if answer.Status != http.StatusOK {
		return nil, refusal(r.Name, answer)
	}
	return answer, nil
}

// environmentPath returns the path of the environment, or of what is below it.
func (c *Client) environmentPath(below ...string) string {
	path := "/environments/" + url.PathEscape(c.environment)
	for _, segment := range below {
		path += "/" + url.PathEscape(segment)
	}
	return path
}

// typePath returns the path of the credential types, or of one and what is below it.
func (c *Client) typePath(below ...string) string {
	return c.environmentPath(append([]string{"credentialTypes"}, below...)...)
}

// Tenant implements [reconcile.Provider]: the tenant is the environment. It is read first
// because PingOne may answer 400, 401 or 403 for one that does not exist.
func (c *Client) Tenant(ctx context.Context) (reconcile.Tenant, error) {
	const name = "read environment"
	answer, err := c.get(ctx, httpapi.Request{Name: name, Path: c.environmentPath()})
	if err != nil {
		return reconcile.Tenant{}, c.noEnvironment(err)
	}
	var environment struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Type   string `json:"type"`
		Region string `json:"region"`
	}
	if err := httpapi.DecodeJSON(answer, &environment); err != nil {
		return reconcile.Tenant{}, fmt.Errorf("%s: %w", name, err)
	}
	if environment.ID == "" {
		return reconcile.Tenant{}, failure.Unreadable(
			name, answer,
			fmt.Errorf("the answer has no id; is base_url the address of PingOne's API, with /v1?"),
		)
	}
	tenant := reconcile.Tenant{ID: environment.ID, Name: environment.Name}
	if environment.Region != "" {
		tenant.Facts = append(tenant.Facts, "region "+environment.Region)
	}
	if environment.Type != "" {
		tenant.Facts = append(tenant.Facts, environment.Type+" environment")
	}
	return tenant, nil
}

// Finish implements [reconcile.Provider]: nothing needs to follow the writes. PingOne does
// not report when a change reaches the wallets.
func (c *Client) Finish(context.Context, []reconcile.Accepted) (reconcile.Finish, error) {
	return reconcile.Finish{}, nil
}
