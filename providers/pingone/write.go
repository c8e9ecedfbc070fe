package pingone

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Write implements [reconcile.Provider] (PingOne platform reference, credential types). An
// update reads the document, compares its version with the plan's, sets the changed
// members, and sends it back whole. Failures are [reconcile.Failure]s:
//
//   - Moved: the document is not the one that the plan saw.
//   - Gone: the credential type no longer exists.
//   - Denied: the application may not do this in this environment.
//   - Unreachable: the environment has no issuer profile yet.
//   - Fenced: the transport's gate refused; nothing was sent.
//   - Lost: the answer cannot be distinguished from one that was lost.
func (c *Client) Write(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	switch change.Action {
	case reconcile.Create:
		return c.create(ctx, change)
	case reconcile.Update:
		return c.update(ctx, change)
	case reconcile.Delete:
		return c.remove(ctx, change.Have.ID())
	}
	return reconcile.Receipt{}, &reconcile.Failure{
		Class: reconcile.Unsafe, Reason: "PingOne cannot " + change.Action.String() + " a credential type in one change",
	}
}

func (c *Client) create(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	d := document{}
	d.apply(change.Want, Schema.Managed())
	if d["title"] == nil || d["cardDesignTemplate"] == nil || d["metadata"] == nil {
		return reconcile.Receipt{}, failure.Unsafe(
			"a new credential type needs title, card_design_template and metadata.fields",
		)
	}
	answer, err := c.send(ctx, httpapi.Request{
		Name: "create credential type", Method: http.MethodPost, Path: c.typePath(), JSON: d.body(),
	}, http.StatusCreated, http.StatusOK)
	if err != nil {
		return reconcile.Receipt{}, deniedIfGone(err)
	}
	created, bad := readDocument(answer.Body)
	if bad == nil && rawText(created["title"]) != change.Want.Text("title") {
		bad = errors.New("the answer is about another title")
	}
	if bad != nil {
		return reconcile.Receipt{}, failure.Of(
			answer, reconcile.Lost,
			"PingOne accepted the creation, but its answer cannot be read: "+bad.Error(),
		)
	}
	return answer.Receipt(created.id()), nil
}

func (c *Client) update(ctx context.Context, change reconcile.Change) (reconcile.Receipt, error) {
	id := change.Have.ID()
	d, _, err := c.readOne(ctx, id)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if seen := change.Have.Text("version_number"); seen != "" && seen != d.version() {
		return reconcile.Receipt{}, &reconcile.Failure{
			Class: reconcile.Moved, Reason: fmt.Sprintf("the credential type changed from version %s to %s since the "+
				"listing", seen, d.version()),
		}
	}
	d.apply(change.Want, change.Fields)
	answer, err := c.send(ctx, httpapi.Request{
		Name: "update credential type " + id, Method: http.MethodPut, Path: c.typePath(id), JSON: d.body(), CredentialID: id,
	}, http.StatusOK)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return answer.Receipt(id), nil
}

func (c *Client) remove(ctx context.Context, id string) (reconcile.Receipt, error) {
	if err := needID(id); err != nil {
		return reconcile.Receipt{}, err
	}
	answer, err := c.send(ctx, httpapi.Request{
		Name: "delete credential type " + id, Method: http.MethodDelete, Path: c.typePath(id), CredentialID: id,
	}, http.StatusNoContent, http.StatusOK)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	return answer.Receipt(id), nil
}

// needID rejects an id that cannot be part of a path.
func needID(id string) error {
	if !isID(id) {
		return failure.Unsafe("the credential type has no usable id")
	}
	return nil
}

// apply sets the members of some columns to what a row wants. A cell that says nothing
// changes nothing.
func (d document) apply(want reconcile.Record, columns reconcile.Columns) {
	for n := range Schema.Columns {
		cell := want.Cell(n)
		p, managed := paths[n]
		if !managed || !columns.Has(n) || cell.State() != reconcile.Filled && cell.State() != reconcile.Empty {
			continue
		}
		value := jsonOf(n, cell)
		if value == nil && d[p.member] == nil {
			continue // nothing to remove
		}
		d.set(p, value)
	}
}

// send sends a write and returns the answer that accepts it.
func (c *Client) send(ctx context.Context, r httpapi.Request, accepts ...int) (*httpapi.Response, error) {
	r.Op = httpapi.Write
	answer, err := c.do(ctx, r)
	if err != nil || slices.Contains(accepts, answer.Status) {
		return answer, err
	}
	f := refusal("", answer)
	if answer.Status < 400 {
		// Nothing documented: it may have been done.
		f.Class = reconcile.Lost
	}
	return nil, f
}
