package doorflow

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// The pauses between two attempts of a sync if the answer does not name one.
const (
	syncPause    = time.Second
	syncPauseMax = 30 * time.Second
)

// Finish implements [reconcile.Provider]: it triggers the sync by which the doors learn of
// changes (DoorFlow API v3 reference, sync), even without accepted changes: the caller
// knows whether a sync is owed from before. DoorFlow's limit on syncs is waited out for up
// to sync_wait.
//
// If DoorFlow does not answer, the result marks the changes as pending and the error says
// why. Deletions of mobile credentials that DoorFlow is still carrying out when sync_wait
// ends are pending too, each by itself.
func (c *Client) Finish(ctx context.Context, accepted []reconcile.Accepted) (reconcile.Finish, error) {
	finish := reconcile.Finish{Needed: true, Effect: reconcile.EffectPending}
	deadline := time.Now().Add(c.syncWait)
	for pause := syncPause; ; pause = min(2*pause, syncPauseMax) {
		wait, err := c.sync(ctx)
		if err == nil {
			break
		}
		if wait < 0 {
			return finish, err
		}
		if wait == 0 {
			wait = pause
		}
		if time.Now().Add(wait).After(deadline) {
			return finish, wouldBeTooLate(err, wait, c.syncWait)
		}
		c.log.Info().Int64("wait_ms", wait.Milliseconds()).Msg("sync: waiting before the next attempt")
		if httpapi.Sleep(ctx, wait) != nil {
			return finish, context.Cause(ctx)
		}
	}
	finish.AnsweredAt, finish.Effect = time.Now(), reconcile.EffectYes
	finish.Effects = c.awaitRevoked(ctx, accepted, deadline)
	if len(accepted) == 0 {
		return finish, nil
	}
	if words := c.syncProblem(ctx); words != "" {
		finish.Effect, finish.Effects = reconcile.EffectPending, markPending(accepted, finish.Effects, words)
	}
	finish.Effects = c.addBarredEffects(ctx, accepted, finish.Effects)
	return finish, nil
}

// markPending marks all changes as pending, with DoorFlow's words: it may not have brought
// them to the doors.
func markPending(
	accepted []reconcile.Accepted,
	effects map[int]reconcile.EffectState,
	words string,
) map[int]reconcile.EffectState {
	if effects == nil {
		effects = map[int]reconcile.EffectState{}
	}
	for _, a := range accepted {
		state := effects[a.Line]
		effects[a.Line] = reconcile.EffectState{Effect: reconcile.EffectPending, Words: append(state.Words, words)}
	}
	return effects
}

// wouldBeTooLate adds to a failure that the next attempt would come too late.
func wouldBeTooLate(err error, wait, limit time.Duration) error {
	if f := failure.In(err); f.Hint == "" {
		f.Hint = fmt.Sprintf(
			"the next attempt would be in %s, but sync_wait allows %s in all; run again, or raise sync_wait",
			wait, limit,
		)
	}
	return err
}

// sync asks once. With an error, wait says when to ask again: 0 leaves that to the caller,
// and below 0 asking again is of no use.
func (c *Client) sync(ctx context.Context) (wait time.Duration, err error) {
	r, err := c.http.Do(
		ctx,
		httpapi.Request{Name: "sync", Op: httpapi.Write, Method: http.MethodPost, Path: "/api/3/sync", Raw429: true},
	)
	if err != nil {
		class := reconcile.ClassOf(err)
		if ctx.Err() == nil && (class == reconcile.Lost || class == reconcile.Unreachable) {
			return 0, err
		}
		return -1, err
	}
	switch {
	case r.OK() && syncAnswered(r.Body):
		return 0, nil
	case r.OK():
		return 0, failure.Unreadable("sync", r, httpapi.ErrBroken)
	case r.Status == http.StatusTooManyRequests:
		f := refusal("sync", r)
		return retryDelay(r), f
	}
	f := refusal("sync", r)
	if r.Status == http.StatusForbidden {
		f.Class, f.Hint = reconcile.Denied, "the login needs the scope account.sync; the doors keep their old data "+
			"until a sync"
	}
	return -1, f
}

// syncAnswered reports whether a body is DoorFlow's confirmation that a sync was requested,
// rather than a page of something in between.
func syncAnswered(raw []byte) bool {
	var answer struct {
		Result *string `json:"result"`
	}
	return len(raw) == 0 || json.Unmarshal(raw, &answer) == nil && (answer.Result == nil || *answer.Result == "ok")
}

// retryDelay returns how long a 429 asks to wait: Retry-After if there is one, else
// retry_in in the body, in whole seconds.
func retryDelay(r *httpapi.Response) time.Duration {
	if wait, ok := httpapi.RetryAfter(r.Header, time.Now()); ok {
		return max(wait, 0)
	}
	var answer struct {
		RetryIn text `json:"retry_in"`
	}
	_ = json.Unmarshal(r.Body, &answer)
	seconds, err := strconv.ParseFloat(string(answer.RetryIn), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(math.Ceil(min(seconds, 86_400))) * time.Second
}

// awaitRevoked waits for the deletions that DoorFlow only accepted (202), and returns the
// effects of those that are not done when the time is up.
func (c *Client) awaitRevoked(
	ctx context.Context, accepted []reconcile.Accepted, deadline time.Time,
) map[int]reconcile.EffectState {
	var open []reconcile.Accepted
	for _, a := range accepted {
		if _, pending := c.revoking.Load(a.Have.ID()); a.Action == reconcile.Delete && pending {
			open = append(open, a)
		}
	}
	for pause := syncPause; len(open) > 0; pause = min(2*pause, syncPauseMax) {
		open = c.stillThere(ctx, open)
		if len(open) == 0 || time.Now().Add(pause).After(deadline) || httpapi.Sleep(ctx, pause) != nil {
			break
		}
	}
	var effects map[int]reconcile.EffectState
	for _, a := range open {
		if effects == nil {
			effects = map[int]reconcile.EffectState{}
		}
		effects[a.Line] = reconcile.EffectState{
			Effect: reconcile.EffectPending,
			Words:  []string{"DoorFlow is still revoking it"},
		}
	}
	return effects
}

// stillThere returns the deletions whose credential is neither gone nor revoked. What
// cannot be read counts as still there.
func (c *Client) stillThere(ctx context.Context, open []reconcile.Accepted) []reconcile.Accepted {
	var rest []reconcile.Accepted
	for _, a := range open {
		person, id, err := needPerson(a.Have)
		if err != nil {
			continue
		}
		var got credential
		err = c.get(ctx, "read credential "+id, personPath(person, id), nil, &got)
		if failure.IsGone(err) || err == nil && got.Status == "revoked" {
			c.revoking.Delete(id)
			continue
		}
		rest = append(rest, a)
	}
	return rest
}
