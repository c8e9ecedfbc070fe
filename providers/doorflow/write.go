package doorflow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// write is one call that changes a credential.
type write struct {
	action reconcile.Action
	// call is ready but for its Op, which is always Write.
	call httpapi.Request
	// accepts are the statuses that mean success.
	accepts []int
	// secrets are the values that an answer may repeat.
	secrets []string
}

// body is the body of a creation or an update. A value is always a JSON
// string: as a number it would lose its leading zeros.
type body struct {
	Credential struct {
		Type  json.Number `json:"credential_type_id,omitempty"`
		Value string      `json:"value,omitempty"`
	} `json:"person_credential"`
}

// Write implements [reconcile.Provider] (DoorFlow API v3 reference, person credentials).
// Failures are [reconcile.Failure]s:
//
//   - Moved: a creation met a credential of this type, whose id is Existing.
//   - Exhausted: a licence limit was reached, which also stops every further creation of
//     this type.
//   - Gone: the credential no longer exists.
//   - Denied: the login may not write at all. A 403 after DoorFlow accepted a change of the
//     same kind concerns only the record: Refused.
//   - Fenced: the transport's gate refused; nothing was sent.
//   - Lost: the answer cannot be distinguished from one that was lost.
//   - Unsafe: the value is a mask or missing; nothing was sent.
func (c *Client) Write(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	w, err := c.prepare(change)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	w.action = change.Action
	w.call.Op = httpapi.Write
	response, err := c.http.Do(ctx, w.call)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if !slices.Contains(w.accepts, response.Status) {
		return reconcile.Receipt{}, c.refused(w, change, response)
	}
	c.worked[w.action].Store(true)
	if response.Status == http.StatusAccepted && w.action == reconcile.Delete {
		c.revoking.Store(w.call.CredentialID, struct{}{})
	}
	return w.receipt(change, response)
}

func (c *Client) prepare(change reconcile.Change) (*write, error) {
	switch change.Action {
	case reconcile.Create:
		return c.creation(change.Want)
	case reconcile.Update:
		return update(change)
	case reconcile.Delete:
		return deletion(change.Have)
	}
	return nil, failure.Unsafe("DoorFlow cannot " + change.Action.String() + " a credential in one change")
}

func (c *Client) creation(want reconcile.Record) (*write, error) {
	person, kind := want.Text("holder_id"), want.Text("type")
	if !isPersonID(person) || !isPersonID(kind) {
		return nil, failure.Unsafe("a new credential needs the ids of a person and a type")
	}
	w := &write{accepts: []int{http.StatusCreated, http.StatusOK}}
	var b body
	b.Credential.Type = json.Number(kind)
	switch value := want.Cell(col.value); {
	case value.Filled():
		if err := writable(value); err != nil {
			return nil, err
		}
		b.Credential.Value = value.Text()
		w.secrets = []string{value.Text()}
	case value.State() != reconcile.Unset || !c.invite:
		return nil, failure.Unsafe("a new credential needs a value")
	}
	w.call = httpapi.Request{
		Name:   "create credential of person " + person,
		Method: http.MethodPost,
		Path:   personPath(person, ""),
		JSON:   b,
	}
	return w, nil
}

func update(change reconcile.Change) (*write, error) {
	person, id, err := needPerson(change.Have)
	if err != nil {
		return nil, err
	}
	value := change.Want.Cell(col.value)
	if err := writable(value); err != nil {
		return nil, err
	}
	var b body
	b.Credential.Value = value.Text()
	return &write{
		call: httpapi.Request{
			Name:         "update credential " + id,
			Method:       http.MethodPut,
			Path:         personPath(person, id),
			JSON:         b,
			CredentialID: id,
		},
		accepts: []int{http.StatusCreated, http.StatusOK},
		secrets: []string{value.Text(), change.Have.Cell(col.value).Text()},
	}, nil
}

func deletion(have reconcile.Record) (*write, error) {
	person, id, err := needPerson(have)
	if err != nil {
		return nil, err
	}
	return &write{
		call: httpapi.Request{
			Name:         "delete credential " + id,
			Method:       http.MethodDelete,
			Path:         personPath(person, id),
			CredentialID: id,
		},
		accepts: []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent},
		secrets: []string{have.Cell(col.value).Text()},
	}, nil
}

// writable is the last check before the wire: six asterisks would make DoorFlow generate a
// random PIN.
func writable(value reconcile.Cell) error {
	switch {
	case !value.Filled():
		return failure.Unsafe("there is no value to send")
	case strings.ContainsAny(value.Text(), "*•"):
		return failure.Unsafe("the value is a mask, which is never sent")
	}
	return nil
}

// receipt reads the answer to an accepted change. Deletions answer in plain text; only the
// answer to a creation holds something needed: the new id.
func (w *write) receipt(change reconcile.Change, r *httpapi.Response) (reconcile.Receipt, error) {
	receipt := r.Receipt("")
	switch {
	case w.action == reconcile.Create:
		created, err := readCreated(r.Body)
		if err == nil &&
			(string(created.Person) != change.Want.Text("holder_id") || string(created.Type) != change.Want.Text("type")) {
			err = errors.New("the answer is about another person or type")
		}
		if err != nil {
			return receipt, failure.Of(
				r, reconcile.Lost,
				"DoorFlow accepted the creation, but its answer cannot be read: "+err.Error(),
			)
		}
		receipt.ID = string(created.ID)
	default:
		receipt.ID = change.Have.ID()
	}
	if r.Status == http.StatusAccepted {
		receipt.Warnings = []string{
			"DoorFlow is revoking the credential on the phone or in the wallet; it is listed until then",
		}
	}
	return receipt, nil
}

// readCreated reads a credential object, or a list of one, which is an older version's
// answer.
func readCreated(raw []byte) (*credential, error) {
	var list []credential
	if trimmed := bytes.TrimSpace(raw); len(trimmed) > 0 && trimmed[0] == '[' {
		if err := json.Unmarshal(trimmed, &list); err != nil {
			return nil, failure.PlainJSON(err)
		}
	} else {
		list = make([]credential, 1)
		if err := json.Unmarshal(raw, &list[0]); err != nil {
			return nil, failure.PlainJSON(err)
		}
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("it holds %d credentials", len(list))
	}
	return &list[0], list[0].valid()
}

// refused returns the failure of a change that DoorFlow did not accept.
func (c *Client) refused(w *write, change reconcile.Change, r *httpapi.Response) *reconcile.Failure {
	f := refusal("", r, w.secrets...)
	switch {
	case r.Status == http.StatusConflict && w.action == reconcile.Create:
		conflict(f, r)
	case r.Status == http.StatusForbidden && !c.worked[w.action].Load():
		f.Class = reconcile.Denied
		f.Hint = "the login needs the scope account.person to change credentials"
	case f.Class == reconcile.Gone && w.action == reconcile.Create:
		f.Class = reconcile.Refused
		f.Reason = "there is no person " + change.Want.Text("holder_id") + " any more"
	case f.Class == reconcile.Exhausted && w.action != reconcile.Create:
		f.Class = reconcile.Refused
	case r.Status < 400:
		// Nothing documented: it may have been done.
		f.Class = reconcile.Lost
	}
	return f
}

// conflict reads the 409 to a creation, which is the credential that is in the way, not an
// error object.
func conflict(f *reconcile.Failure, r *httpapi.Response) {
	f.Class = reconcile.Moved
	f.Reason = "the person already has a credential of this type"
	if existing, err := readCreated(r.Body); err == nil {
		f.Existing = string(existing.ID)
		f.Reason += ": " + f.Existing
	}
}
