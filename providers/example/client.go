package example

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/rs/zerolog"

	"keyroster/providers"
	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Client is one open Gatewright site. It is safe for concurrent use.
type Client struct {
	http                  httpapi.Doer
	log                   zerolog.Logger
	pageSize, concurrency int
}

var _ reconcile.Provider = (*Client)(nil)

// features are what an open site can do beyond the six methods; the package documentation
// lists what users do without.
func (c *Client) features() providers.Features { return providers.Features{Examine: c.examine} }

// get reads one JSON object. A status other than 200 fails as in [refusal]; a body that is
// not the object is class Unreachable.
func (c *Client) get(ctx context.Context, r httpapi.Request, into interface{ valid() error }) error {
	r.Op, r.Method = httpapi.Read, http.MethodGet
	answer, err := c.http.Do(ctx, r)
	switch {
	case err != nil:
		return err
	case answer.Status != http.StatusOK:
		return refusal(r.Name, answer)
	}
	if err := decode(answer, into); err != nil {
		return failure.Unreadable(r.Name, answer, err)
	}
	return nil
}

// decode reads an answer that holds one object. The error quotes nothing of it.
func decode(answer *httpapi.Response, into interface{ valid() error }) error {
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return failure.PlainJSON(err)
	}
	return into.valid()
}

// Tenant implements [reconcile.Provider]: the tenant is the site.
func (c *Client) Tenant(ctx context.Context) (reconcile.Tenant, error) {
	var s site
	err := c.get(ctx, httpapi.Request{Name: "read site", Path: "/v1/site"}, &s)
	return reconcile.Tenant{ID: s.ID, Name: s.Name}, err
}

// examine implements [providers.Features.Examine]: whether the key may write.
func (c *Client) examine(ctx context.Context) []providers.Check {
	var s site
	exam := providers.Check{Name: "right to write", Detail: "the API key may write"}
	if err := c.get(ctx, httpapi.Request{Name: "read site", Path: "/v1/site"}, &s); err != nil {
		exam.Err = err
	} else if !slices.Contains(s.Rights, "write") {
		exam.Detail, exam.Err = "", &reconcile.Failure{
			Class: reconcile.Denied, Reason: "the API key may only read",
			Hint: hintRights,
		}
	}
	return []providers.Check{exam}
}

const hintRights = "give the API key the right to write at Gatewright"

// Finish implements [reconcile.Provider]: nothing needs to follow the writes.
func (c *Client) Finish(context.Context, []reconcile.Accepted) (reconcile.Finish, error) {
	return reconcile.Finish{}, nil
}

// codeExists is the error of a creation whose holder already has a credential of the type.
const codeExists = "credential_exists"

// refusal makes a failure of an answer that is not the success asked for. name is what was
// asked, empty where the failure is shown on its row; secrets are the values that the
// answer may repeat.
func refusal(name string, r *httpapi.Response, secrets ...string) *reconcile.Failure {
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	own := json.Unmarshal(r.Body, &body) == nil && body.Error.Code != ""
	code := httpapi.Redact(body.Error.Code, secrets...)
	f := failure.By("Gatewright", name, r, own, code, httpapi.Redact(body.Error.Message, secrets...))
	switch {
	case r.Status == http.StatusForbidden:
		f.Class, f.Hint = reconcile.Denied, hintRights
	case r.Status == http.StatusNotFound:
		f.Class = reconcile.Gone
	case r.Status == http.StatusConflict && code == codeExists:
		f.Class = reconcile.Moved
	}
	return f
}
