package seam

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Write implements [reconcile.Provider] (Seam API reference, credentials).
// Failures are [reconcile.Failure]s:
//
//   - Gone: the credential no longer exists.
//   - Denied: the login may not do this.
//   - Lost: the answer cannot be distinguished from one that was lost.
//   - Unsafe: Seam cannot make this change; nothing was sent.
//   - Fenced: the transport's gate refused; nothing was sent.
//   - Refused: everything else that Seam refuses.
//
// An update and a move in one change are two calls, and a replacement is a creation and a
// deletion: if the second one fails, the reason says that the first was done; if the gate
// refused it, the cause is of class Fenced.
func (c *Client) Write(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	switch change.Action {
	case reconcile.Create:
		return c.create(ctx, change.Want, reconcile.Record{}, nil)
	case reconcile.Update:
		return c.update(ctx, change)
	case reconcile.Delete:
		return c.remove(ctx, change.Have)
	case reconcile.Replace:
		return c.replace(ctx, change)
	}
	return reconcile.Receipt{}, failure.Unsafe("Seam cannot " + change.Action.String() + " a credential")
}

// send makes one call that changes something. Every success is 200 with ok, and the answer
// may hold the credential or nothing else.
func (c *Client) send(
	ctx context.Context, name, path, id string, body any, secrets ...string,
) (*httpapi.Response, answer, error) {
	r, err := c.http.Do(ctx, httpapi.Request{
		Name: name, Op: httpapi.Write, Method: http.MethodPost, Path: path, JSON: body, CredentialID: id,
	})
	if err != nil {
		return nil, nil, err
	}
	var got answer
	readable := json.Unmarshal(r.Body, &got) == nil && got != nil
	switch {
	case !r.OK():
		return r, nil, c.refused(path, r, secrets)
	case readable && string(got["ok"]) == "false":
		f := refusal("", r, secrets...)
		if !saidBy(r).known {
			f.Class = reconcile.Lost
		}
		return r, nil, f
	case !readable && len(r.Body) > 0:
		return r, nil, failure.Of(r, reconcile.Lost, "Seam accepted the change, but its answer cannot be read")
	}
	return r, got, nil
}

// refused returns the failure of a change that Seam did not accept. A 404 that is not about
// the credential is about something that the change refers to.
func (c *Client) refused(path string, r *httpapi.Response, secrets []string) *reconcile.Failure {
	f := refusal("", r, secrets...)
	switch words := saidBy(r); {
	case f.Class == reconcile.Gone && (path == pathCreate || words.kind == "acs_user_not_found"):
		f.Class = reconcile.Refused
	case r.Status < 400:
		// Nothing documented: it may have been done.
		f.Class = reconcile.Lost
	}
	return f
}

const (
	pathCreate = "/acs/credentials/create"
	pathUpdate = "/acs/credentials/update"
	pathAssign = "/acs/credentials/assign"
	pathDelete = "/acs/credentials/delete"

	pathAccessible = "/acs/credentials/list_accessible_entrances"
	pathEntrances  = "/acs/entrances/list"
	pathManagers   = "/acs/systems/list_compatible_credential_manager_acs_systems"
)

// creation is the body of a creation. A code is always a JSON string: as a number it would
// be refused, or lose its leading zeros.
type creation struct {
	User   string `json:"acs_user_id"`
	Method string `json:"access_method"`
	Code   string `json:"code,omitempty"`
	Starts string `json:"starts_at,omitempty"`
	Ends   string `json:"ends_at,omitempty"`
	// Entrances are left out if there are none, which is Seam's default.
	Entrances []string `json:"allowed_acs_entrance_ids,omitempty"`
	Multi     bool     `json:"is_multi_phone_sync_credential,omitempty"`
	Manager   string   `json:"credential_manager_acs_system_id,omitempty"`
	// The vendors' own members.
	Visionline map[string]json.RawMessage `json:"visionline_metadata,omitempty"`
	Vostio     map[string]json.RawMessage `json:"assa_abloy_vostio_metadata,omitempty"`
	Salto      map[string]json.RawMessage `json:"salto_space_metadata,omitempty"`
	Hotek      map[string]json.RawMessage `json:"hotek_metadata,omitempty"`
}

// take sets what a credential takes over from the one that it replaces.
func (b *creation) take(e *details) {
	if e == nil {
		return
	}
	if b.Entrances == nil {
		b.Entrances = e.doors
	}
	b.Multi, b.Manager = e.multi, e.manager
	b.Visionline, b.Vostio = e.metadata["visionline_metadata"], e.metadata["assa_abloy_vostio_metadata"]
	b.Salto, b.Hotek = e.metadata["salto_space_metadata"], e.metadata["hotek_metadata"]
}

// create makes a credential from what a row wants; what the row does not say is taken from
// the credential it replaces and its details, if there is one.
func (c *Client) create(
	ctx context.Context, want, replaced reconcile.Record, kept *details,
) (reconcile.Receipt, error) {
	cell := func(column int) string {
		if w := want.Cell(column); w.State() != reconcile.Unset || !replaced.Valid() {
			return w.Text()
		}
		return replaced.Cell(column).Text()
	}
	b := creation{User: cell(col.user), Method: cell(col.kind), Starts: cell(col.starts), Ends: cell(col.ends)}
	if b.User == "" || b.Method == "" {
		return reconcile.Receipt{}, failure.Unsafe("a new credential needs a user and a type")
	}
	if value := want.Cell(col.value); value.State() != reconcile.Unset {
		if b.Method != methodCode || !shape.AllDigits(value.Text()) {
			return reconcile.Receipt{}, failure.Unsafe("the value cannot be sent")
		}
		b.Code = value.Text()
	}
	if doors := entrancesOf(want); doors.State() != reconcile.Unset {
		b.Entrances = append([]string{}, splitEntrances(doors.Text())...)
	}
	b.take(kept)
	r, got, err := c.send(ctx, "create credential of user "+b.User, pathCreate, "", b, b.Code)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	var made credential
	err = got.take("acs_credential", &made)
	if err == nil &&
		(made.ID == "" || made.User != "" && made.User != b.User || made.Method != "" && made.Method != b.Method) {
		err = errors.New("the answer is about another credential")
	}
	if err != nil {
		return reconcile.Receipt{}, failure.Of(
			r, reconcile.Lost,
			"Seam accepted the creation, but its answer cannot be read: "+err.Error(),
		)
	}
	c.noteCreated(keyOf(want), made.ID)
	return r.Receipt(made.ID), nil
}

// update changes what differs, and nothing else: the code and the end in one call, the user
// in another. The code goes first, so that a new user never gets the old one.
func (c *Client) update(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	id, body, secrets, err := updateBody(change)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	moves := change.Fields.Has(col.user)
	user := change.Want.Cell(col.user)
	if moves && !user.Filled() {
		return reconcile.Receipt{}, failure.Unsafe("a credential cannot be taken from its user without a new one")
	}
	var r *httpapi.Response
	attempts := 0
	if len(body) > 1 {
		if r, _, err = c.send(ctx, "update credential "+id, pathUpdate, id, body, secrets...); err != nil {
			return reconcile.Receipt{}, err
		}
		attempts = r.Attempts
	}
	if moves {
		updated := r != nil
		body := map[string]any{"acs_credential_id": id, "acs_user_id": user.Text()}
		r, _, err = c.send(ctx, "assign credential "+id, pathAssign, id, body, secrets...)
		if err != nil {
			return reconcile.Receipt{}, halfDone(updated, "the credential was updated, but not assigned", err)
		}
		attempts += r.Attempts
	}
	done := r.Receipt(id)
	done.Attempts = attempts
	return done, nil
}

// updateBody returns the body of an update, including the id: members that are not given stay
// unchanged, and none can be cleared.
func updateBody(change reconcile.Change) (id string, body map[string]any, secrets []string, err error) {
	id = change.Have.ID()
	if id == "" || change.Fields == 0 {
		return "", nil, nil, failure.Unsafe("an update needs an id and something to change")
	}
	body = map[string]any{"acs_credential_id": id}
	value, ends := change.Want.Cell(col.value), change.Want.Cell(col.ends)
	if change.Fields.Has(col.value) {
		if change.Have.Cell(col.kind).Text() != methodCode || !shape.AllDigits(value.Text()) {
			return "", nil, nil, failure.Unsafe("the value cannot be sent")
		}
		body["code"] = value.Text()
		secrets = []string{value.Text(), change.Have.Cell(col.value).Text()}
	}
	if change.Fields.Has(col.ends) {
		if !ends.Filled() {
			return "", nil, nil, failure.Unsafe("ends_at cannot be cleared")
		}
		body["ends_at"] = ends.Text()
	}
	if change.Fields.Has(col.starts) {
		return "", nil, nil, failure.Unsafe("starts_at cannot be changed once a credential exists")
	}
	if len(body) == 1 && !change.Fields.Has(col.user) {
		return "", nil, nil, failure.Unsafe("there is nothing that could be changed")
	}
	return id, body, secrets, nil
}

// halfDone adds to a failure that a first call took effect. In that case, a failure that
// says that nothing happened would be wrong.
func halfDone(done bool, words string, err error) error {
	if f, ok := errors.AsType[*reconcile.Failure](err); ok && done {
		f.Reason = words + ": " + f.Reason
		switch f.Class {
		case reconcile.Gone, reconcile.Unreachable:
			f.Class = reconcile.Refused
		case reconcile.Fenced:
			// The run stops for it, but the line was attempted.
			f.Class, f.Err = reconcile.Refused, &reconcile.Failure{
				Class:  reconcile.Fenced,
				Reason: "fenced",
				Err:    f.Err,
			}
		}
	}
	return err
}

func (c *Client) remove(ctx context.Context, have reconcile.Record) (reconcile.Receipt, error) {
	id := have.ID()
	if id == "" {
		return reconcile.Receipt{}, failure.Unsafe("a deletion needs an id")
	}
	r, _, err := c.send(
		ctx, "delete credential "+id, pathDelete, id, map[string]any{"acs_credential_id": id},
		have.Cell(col.value).Text(),
	)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return r.Receipt(id), nil
}
