package doorflow

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/people"
	"keyroster/reconcile"
)

// Client is one open DoorFlow account. It is safe for concurrent use.
type Client struct {
	// Book finds the people of the account.
	*people.Book

	http httpapi.Doer
	log  zerolog.Logger

	strategy    string
	pageSize    int
	concurrency int
	invite      bool
	valueCodes  map[string]bool
	syncWait    time.Duration

	// worked records, for each action, whether DoorFlow accepted one: from then on a 403 is
	// about the record, not about the login's rights.
	worked [int(reconcile.Replace) + 1]atomic.Bool

	// revoking has the ids of the credentials whose deletion DoorFlow accepted but had not
	// carried out when it answered (202).
	revoking sync.Map

	mu sync.RWMutex
	// types are the credential types once they were read; they do not change after that.
	types *types
}

var _ reconcile.Provider = (*Client)(nil)

// get reads one JSON object. A status other than 200 fails as in [refusal]; a body that is
// not the object is class Unreachable.
func (c *Client) get(ctx context.Context, name, path string, query url.Values, into any) error {
	r, err := c.http.Do(
		ctx,
		httpapi.Request{Name: name, Op: httpapi.Read, Method: http.MethodGet, Path: path, Query: query},
	)
	if err != nil {
		return err
	}
	if r.Status != http.StatusOK {
		return refusal(name, r)
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		return failure.Unreadable(name, r, failure.PlainJSON(err))
	}
	return nil
}

// Tenant implements [reconcile.Provider] (DoorFlow API v3 reference, account).
// The account's id is a hashid or an integer, depending on the API's version.
func (c *Client) Tenant(ctx context.Context) (reconcile.Tenant, error) {
	var account struct {
		ID   text      `json:"id"`
		Name string    `json:"name"`
		Zone string    `json:"time_zone"`
		Sync syncState `json:"sync"`
	}
	err := c.get(ctx, "read account", "/api/3/account", nil, &account)
	if err != nil {
		return reconcile.Tenant{}, deniedIfForbidden(err)
	}
	if account.ID == "" {
		return reconcile.Tenant{}, &reconcile.Failure{
			Class: reconcile.Unreachable, Reason: "read account: the answer has no id",
			Hint: "is base_url the address of DoorFlow's API, without /api/3?",
		}
	}
	tenant := reconcile.Tenant{ID: string(account.ID), Name: account.Name}
	if words := account.Sync.problem(); words != "" {
		tenant.Troubles = append(tenant.Troubles, words)
	}
	if account.Zone != "" {
		fact := "time zone " + account.Zone
		if location, err := time.LoadLocation(account.Zone); err == nil {
			tenant.Location = location
		} else {
			fact += ", which this machine does not know: exports are in UTC unless time_zone is set"
		}
		tenant.Facts = append(tenant.Facts, fact)
	}
	return tenant, nil
}

// deniedIfForbidden makes a 403 a failure of the login: outside calls about one record,
// neither a retry nor another record will fare better.
func deniedIfForbidden(err error) error {
	if f := failure.In(err); f.HTTPStatus == http.StatusForbidden {
		f.Class = reconcile.Denied
	}
	return err
}

// personPath returns the path of a person's credentials, or of one of them.
func personPath(person, credential string) string {
	path := "/api/3/people/" + url.PathEscape(person) + "/credentials"
	if credential != "" {
		path += "/" + url.PathEscape(credential)
	}
	return path
}

// needPerson returns the ids of a record's person and credential, and an error if one is
// missing: every call about one credential needs both.
func needPerson(r reconcile.Record) (person, id string, err error) {
	person, id = r.Text("holder_id"), r.ID()
	if person == "" || id == "" {
		return "", "", failure.Unsafe(fmt.Sprintf("credential %q has no id or no person", id))
	}
	return person, id, nil
}
