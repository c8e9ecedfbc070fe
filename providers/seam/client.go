package seam

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// Client is one open Seam workspace. It is safe for concurrent use.
type Client struct {
	// Book finds the users of the workspace.
	*people.Book

	http httpapi.Doer
	log  zerolog.Logger

	pageSize    int
	concurrency int
	// sequential: one walk over the whole workspace instead of one for each system.
	sequential bool
	settleWait time.Duration
	// zone is the account's, for systems that have none.
	zone *time.Location

	mu sync.RWMutex
	// systems are those of the last listing; nil before the first.
	systems []*system
	// replaced has, by credential, the requested code if the provider assigned another.
	replaced map[string]reconcile.Secret
	// children are the ids of children of multi-phone sync credentials.
	children map[string]bool
	// deleting are the credentials that the last listing left out because Seam is deleting
	// them: by id, with the key that pairs them with rows.
	deleting map[string]string
	// existing are, by holder, system and type, the credentials in the listing of a key for
	// which a row will create one, and those created since: none of them can be a lost
	// creation.
	existing map[string]map[string]bool
	// carried is what replacements took over, by the id of the new credential.
	carried map[string]*details
}

var _ reconcile.Provider = (*Client)(nil)

func newClient() *Client {
	c := &Client{
		pageSize: defaultPageSize, concurrency: 1, settleWait: defaultSettleWait,
		replaced: map[string]reconcile.Secret{}, children: map[string]bool{}, existing: map[string]map[string]bool{},
		carried: map[string]*details{},
	}
	c.Book = c.book()
	return c
}

// answer is an answer's object by members.
type answer map[string]json.RawMessage

// read asks by POST, which avoids Seam's rules for queries. An answer that is not a success
// fails as in [refusal]; a body that is not Seam's is class Unreachable. The pages of a
// list count towards the same volume.
func (c *Client) read(ctx context.Context, name, path string, body any, volume *httpapi.Volume) (answer, error) {
	r, err := c.http.Do(
		ctx,
		httpapi.Request{Name: name, Op: httpapi.Read, Method: http.MethodPost, Path: path, JSON: body, Volume: volume},
	)
	if err != nil {
		return nil, err
	}
	if r.Status != http.StatusOK {
		return nil, refusal(name, r)
	}
	var got answer
	if err := httpapi.DecodeJSON(r, &got); err != nil {
		f := failure.In(err)
		f.Reason = name + ": " + f.Reason
		return nil, f
	}
	if string(got["ok"]) == "false" {
		return nil, refusal(name, r)
	}
	return got, nil
}

// get reads one object under its name in the answer.
func (c *Client) get(ctx context.Context, name, path string, body any, member string, into any) error {
	got, err := c.read(ctx, name, path, body, nil)
	if err != nil {
		return err
	}
	if err := got.take(member, into); err != nil {
		return failure.Unreadable(name, nil, err)
	}
	return nil
}

// take decodes a required member.
func (a answer) take(member string, into any) error {
	raw, found := a[member]
	if !found || string(raw) == "null" {
		return fmt.Errorf("the answer has no %s", member)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return failure.PlainJSON(err)
	}
	return nil
}

// Tenant implements [reconcile.Provider] (Seam API reference, workspaces). The facts say
// whether the workspace is a sandbox: keys of a sandbox and of a production workspace look
// alike.
func (c *Client) Tenant(ctx context.Context) (reconcile.Tenant, error) {
	var workspace struct {
		ID        string `json:"workspace_id"`
		Name      string `json:"name"`
		Sandbox   bool   `json:"is_sandbox"`
		Suspended bool   `json:"is_suspended"`
	}
	err := c.get(ctx, "read workspace", "/workspaces/get", struct{}{}, "workspace", &workspace)
	if err == nil && workspace.ID == "" {
		err = &reconcile.Failure{
			Class: reconcile.Unreachable, Reason: "read workspace: the answer has no workspace_id",
			Hint: "is base_url the address of Seam's API?",
		}
	}
	if err != nil {
		return reconcile.Tenant{}, loginHint(err)
	}
	tenant := reconcile.Tenant{ID: workspace.ID, Name: workspace.Name, Facts: []string{"production workspace"}}
	if workspace.Sandbox {
		tenant.Facts = []string{"sandbox workspace"}
	}
	if workspace.Suspended {
		tenant.Facts = append(tenant.Facts, "suspended")
	}
	return tenant, nil
}

// loginHint adds what else a 401 may mean at Seam besides a wrong token.
func loginHint(err error) error {
	if f := failure.In(err); f.HTTPStatus == http.StatusUnauthorized {
		f.Hint = "check the key; Seam gives the same answer for a personal access token with a missing or wrong workspace_id"
	}
	return err
}
