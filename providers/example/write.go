package example

import (
	"context"
	"errors"
	"net/http"

	"keyroster/providers"
	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Write implements [reconcile.Provider]. Failures are [reconcile.Failure]s:
//
//   - Moved: a creation met the holder's credential of this type.
//   - Gone: the credential no longer exists.
//   - Denied: the key may not write.
//   - Lost: the answer cannot be distinguished from one that was lost.
//   - Unsafe: there is no value, only a mask, or no id; nothing was sent.
func (c *Client) Write(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	r, secrets, err := request(change)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	answer, err := c.http.Do(ctx, r)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if !answer.OK() {
		f := refusal("", answer, secrets...)
		if f.Class == reconcile.Gone && change.Action == reconcile.Create {
			f.Class = reconcile.Refused // it is the holder who is gone
		}
		return reconcile.Receipt{}, f
	}
	receipt := answer.Receipt(r.CredentialID)
	if change.Action != reconcile.Create {
		return receipt, nil
	}
	var made credential
	err = decode(answer, &made)
	if err == nil &&
		(made.Holder != change.Want.Cell(col.holder).Text() || made.Type != change.Want.Cell(col.kind).Text()) {
		err = errors.New("it is about another holder or type")
	}
	if err != nil {
		return receipt, failure.Of(
			answer, reconcile.Lost,
			"Gatewright accepted the creation, but its answer cannot be read: "+err.Error(),
		)
	}
	receipt.ID = made.ID
	return receipt, nil
}

// request returns the call that makes a change; secrets are the values that an answer to it
// may repeat.
func request(change reconcile.Change) (r httpapi.Request, secrets []string, err error) {
	r = httpapi.Request{Op: httpapi.Write, Path: "/v1/credentials"}
	body := map[string]string{}
	if change.Have.Valid() {
		if r.CredentialID = change.Have.ID(); !isID(r.CredentialID) {
			return r, nil, failure.Unsafe("there is no usable id")
		}
		r.Path += "/" + r.CredentialID
		secrets = append(secrets, change.Have.Cell(col.value).Text())
	}
	if sets(change, col.value) {
		value := change.Want.Cell(col.value)
		if !value.Filled() {
			return r, nil, failure.Unsafe("there is no value to send")
		}
		body["value"] = value.Text()
		secrets = append(secrets, value.Text())
	}
	switch change.Action {
	case reconcile.Create:
		r.Name, r.Method, r.JSON = "create credential", http.MethodPost, body
		body["holder"], body["type"] = change.Want.Cell(col.holder).Text(), change.Want.Cell(col.kind).Text()
	case reconcile.Update:
		r.Name, r.Method, r.JSON = "update credential "+r.CredentialID, http.MethodPatch, body
	case reconcile.Delete:
		r.Name, r.Method = "delete credential "+r.CredentialID, http.MethodDelete
	default:
		return r, nil, failure.Unsafe("Gatewright cannot " + change.Action.String() + " a credential in one change")
	}
	return r, secrets, nil
}

// sets reports whether a change sets a column: a creation sets all of them, an update those
// that differ, since a row may leave the others blank.
func sets(change reconcile.Change, column int) bool {
	return change.Action == reconcile.Create || change.Action == reconcile.Update && change.Fields.Has(column)
}

// endpoints are the calls of the client.
var endpoints = []providers.Endpoint{
	"GET /v1/site", "GET /v1/credentials", "GET /v1/credentials/{}",
	"POST /v1/credentials", "PATCH /v1/credentials/{}", "DELETE /v1/credentials/{}",
}
