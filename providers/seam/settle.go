package seam

import (
	"context"
	"maps"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// settlePause is the pause between two checks of what is pending.
const settlePause = 2 * time.Second

// fewPending is the largest number of credentials of a system that are read one by one:
// beyond it, listing the system costs less.
const fewPending = 8

// Finish implements [reconcile.Provider]: it watches the accepted changes until the
// providers behind Seam accepted or refused them, for up to settle_wait. All pending ones
// are checked together, every two seconds. Those that are still neither are pending; their
// words say so.
//
// An error means that Seam could not be asked; what was not settled before is pending.
func (c *Client) Finish(ctx context.Context, accepted []reconcile.Accepted) (reconcile.Finish, error) {
	finish, err := c.awaitEffects(ctx, accepted)
	if err == nil {
		c.addBarredEffects(ctx, accepted, finish.Effects)
	}
	return finish, err
}

// awaitEffects is Finish without the effects of users.
func (c *Client) awaitEffects(ctx context.Context, accepted []reconcile.Accepted) (reconcile.Finish, error) {
	finish := reconcile.Finish{Effect: reconcile.EffectPending, Effects: map[int]reconcile.EffectState{}}
	began := time.Now()
	open, deadline := accepted, began.Add(c.settleWait)
	for {
		rest, err := c.checkOpen(ctx, open, finish.Effects, time.Since(began) < staleFor)
		if err != nil {
			return finish, err
		}
		if open = rest; len(open) == 0 {
			return finish, nil
		}
		if time.Now().Add(settlePause).After(deadline) {
			return finish, nil
		}
		if httpapi.Sleep(ctx, settlePause) != nil {
			return finish, context.Cause(ctx)
		}
	}
}

// staleFor is how long after the writes a read may still be stale.
const staleFor = 10 * time.Second

// checkOpen reads all open changes once and records their effects; it returns those to
// check again. young: a read may be stale.
func (c *Client) checkOpen(
	ctx context.Context, open []reconcile.Accepted, effects map[int]reconcile.EffectState, young bool,
) ([]reconcile.Accepted, error) {
	if len(open) == 0 {
		return nil, nil
	}
	now, err := c.readCurrent(ctx, open)
	if err != nil {
		return open, err
	}
	var rest []reconcile.Accepted
	for _, a := range open {
		state, again := effectOfAction(a.Action, now[a.ID])
		if young && isStale(a.Change, now[a.ID]) {
			state, again = pending("accepted; Seam does not show it yet"), true
		}
		effects[a.Line] = state
		if again {
			rest = append(rest, a)
		}
	}
	return rest, nil
}

// readCurrent reads the credentials of accepted changes, by id. One that does not exist is not
// in the result; one that is being deleted is.
func (c *Client) readCurrent(ctx context.Context, open []reconcile.Accepted) (map[string]*credential, error) {
	bySystem := map[string][]string{}
	for _, a := range open {
		system := a.Change.Have.Text("acs_system_id")
		if a.Want.Valid() && a.Want.Cell(col.system).Filled() {
			system = a.Want.Cell(col.system).Text()
		}
		bySystem[system] = append(bySystem[system], a.ID)
	}
	var reads []func(ctx context.Context) (map[string]*credential, error)
	for system, ids := range bySystem {
		if len(ids) > fewPending && system != "" {
			reads = append(
				reads,
				func(ctx context.Context) (map[string]*credential, error) { return c.readListed(ctx, system, ids) },
			)
			continue
		}
		for _, id := range ids {
			reads = append(reads, func(ctx context.Context) (map[string]*credential, error) { return c.one(ctx, id) })
		}
	}
	results := make([]map[string]*credential, len(reads))
	err := lookup.Each(ctx, c.concurrency, len(reads), func(ctx context.Context, i int) (err error) {
		results[i], err = reads[i](ctx)
		return err
	})
	now := map[string]*credential{}
	for _, found := range results {
		maps.Copy(now, found)
	}
	return now, err
}

// readListed reads the given credentials of a system from its list.
func (c *Client) readListed(ctx context.Context, system string, ids []string) (map[string]*credential, error) {
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	var found map[string]*credential
	err := c.eachCredential(ctx, "system", system, func() { found = map[string]*credential{} }, func(e *credential) {
		if asked[e.ID] {
			one := *e
			found[e.ID] = &one
		}
	})
	return found, err
}

func (c *Client) one(ctx context.Context, id string) (map[string]*credential, error) {
	var got credential
	err := c.getCredential(ctx, id, &got)
	if failure.IsGone(err) {
		return nil, nil
	}
	return map[string]*credential{id: &got}, err
}

// isStale reports whether a credential, nil for none, is shown as it was before an
// accepted change: its errors and warnings are about that state then.
func isStale(change reconcile.Change, now *credential) bool {
	switch {
	case now == nil:
		return change.Action == reconcile.Create || change.Action == reconcile.Replace
	case change.Action != reconcile.Update || !change.Want.Valid():
		return false
	}
	for column, shown := range map[int]reconcile.Cell{
		col.value: reconcile.RecordCell(now.value(), true), col.ends: timeCell(now.Ends), col.user: reconcile.TextCell(now.User),
	} {
		want, had := change.Want.Cell(column), change.Have.Cell(column)
		if change.Fields.Has(column) && want.Text() != shown.Text() && had.Text() == shown.Text() &&
			shown.State() != reconcile.Masked {
			return true
		}
	}
	return false
}

// effectOfAction returns the effect of a change, with Seam's words, and whether it may
// still change.
func effectOfAction(action reconcile.Action, now *credential) (state reconcile.EffectState, again bool) {
	switch {
	case action == reconcile.Delete && now == nil:
		return reconcile.EffectState{Effect: reconcile.EffectYes}, false
	case action == reconcile.Delete:
		return pending("Seam is still deleting it"), true
	case now == nil:
		return reconcile.EffectState{
			Effect: reconcile.EffectFailed,
			Words:  []string{"Seam no longer has the credential"},
		}, false
	}
	words, worst := effectWords(now)
	switch {
	case worst == reconcile.EffectFailed:
		return reconcile.EffectState{Effect: worst, Words: words}, false
	case !now.Synced.known() && worst == reconcile.EffectPending:
		return reconcile.EffectState{Effect: worst, Words: words}, true
	case !now.Synced.known():
		// There is no use in waiting for a system that never reports it; null may still
		// become known.
		return reconcile.EffectState{
			Effect: reconcile.EffectUnknown,
			Words:  append(words, notObserved),
		}, now.Synced == flagNull
	case now.Synced == flagNo:
		return pending(append(words, notConfirmed)...), true
	}
	return reconcile.EffectState{Effect: worst, Words: words}, false
}

const notObserved = "accepted; Seam does not report whether the access system has it"

const notConfirmed = "accepted by Seam, not yet confirmed by the access system"

func pending(words ...string) reconcile.EffectState {
	return reconcile.EffectState{Effect: reconcile.EffectPending, Words: words}
}

// effectWords returns a credential's errors and warnings in words, and the effect of the
// worst of them.
func effectWords(now *credential) (words []string, worst reconcile.Effect) {
	worst = reconcile.EffectYes
	secrets := []string{string(now.Code), string(now.Card)}
	add := func(code, message string, secrets []string) {
		text := "Seam: " + httpapi.Redact(code, secrets...)
		if message = httpapi.Redact(message, secrets...); message != "" {
			text += ": " + message
		}
		words = append(words, text)
	}
	for i := range now.Errors {
		worst = reconcile.EffectFailed
		add(now.Errors[i].ErrorCode, now.Errors[i].Message, secrets)
	}
	for i := range now.Warns {
		w := &now.Warns[i]
		add(w.WarningCode, w.Message, append(secrets, string(w.Original), string(w.New)))
		switch w.WarningCode {
		case warnUnavailable:
			words = append(words, "the provider assigned a different code than requested")
			worst = reconcile.EffectFailed
		case warnUnknown, warnDeleting:
			worst = reconcile.EffectFailed
		case warnUnissued, warnReissue:
			if worst == reconcile.EffectYes {
				worst = reconcile.EffectPending
			}
		}
	}
	return words, worst
}
