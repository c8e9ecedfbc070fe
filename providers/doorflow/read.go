package doorflow

import (
	"context"
	"fmt"

	"keyroster/providers/failure"
	"keyroster/reconcile"
)

// Read implements [reconcile.Provider]. For a change of a record it reads that by its
// person and id, for a creation the person's credential of the wanted type, if there is
// one. A credential that is being revoked counts as gone if the change would delete it.
func (c *Client) Read(ctx context.Context, change reconcile.Change) (reconcile.Record, error) {
	if change.Action == reconcile.Create {
		return c.readOfType(ctx, change.Want.Text("holder_id"), change.Want.Text("type"))
	}
	person, id, err := needPerson(change.Have)
	if err != nil {
		return reconcile.Record{}, err
	}
	var got credential
	name := "read credential " + id
	if err := c.get(ctx, name, personPath(person, id), nil, &got); err != nil {
		if failure.IsGone(err) {
			return reconcile.Record{}, nil
		}
		return reconcile.Record{}, failure.OfOne(err)
	}
	err = got.valid()
	if err == nil && string(got.ID) != id {
		err = fmt.Errorf("the answer is about credential %s", got.ID)
	}
	if err != nil {
		// One record that cannot be read must not stop the others.
		return reconcile.Record{}, &reconcile.Failure{Class: reconcile.Refused, Reason: name + ": " + err.Error()}
	}
	if change.Action == reconcile.Delete && isEnding(got.Status) {
		return reconcile.Record{}, nil
	}
	return got.record(), nil
}

// readOfType reads the credential of a type that a person holds; if the person does not
// exist, there is none. One that is being revoked does not count.
func (c *Client) readOfType(ctx context.Context, person, kind string) (reconcile.Record, error) {
	list, _, err := c.listHolder(ctx, person)
	if failure.IsGone(err) {
		return reconcile.Record{}, nil
	}
	if err != nil {
		return reconcile.Record{}, failure.OfOne(err)
	}
	for i := range list {
		if string(list[i].Type) == kind && !isEnding(list[i].Status) {
			return list[i].record(), nil
		}
	}
	return reconcile.Record{}, nil
}
