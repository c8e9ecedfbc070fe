package providertest

import (
	"context"
	"errors"
	"strings"
	"sync"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// refreshed fails the test unless so many refreshes were answered, so many dead
// tokens presented.
func (i *issuer) refreshed(t prover, refreshes, dead int) {
	t.Helper()
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.refreshes != refreshes || i.dead != dead {
		t.Errorf("%d refreshes and %d dead tokens, want %d and %d", i.refreshes, i.dead, refreshes, dead)
	}
}

// refreshedByOne: of many processes whose token ends at once, one refreshes; the
// others take its token over.
func refreshedByOne(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	var group sync.WaitGroup
	for range 4 {
		c := i.client(t, w.Open())
		for range 2 {
			group.Go(func() {
				if err := get(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	i.refreshed(t, 1, 0)
	w.holds(t, "at-1 rt-1")
}

func hasItBeforeUse(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	i.answering = func() { w.holds(t, "revoked rt-0") }
	i.calling = func() { w.holds(t, "at-1 rt-1") }
	if err := get(t.Context(), i.client(t, w.Open())); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 1, 0)
}

// hasTheTokenOfWhoLeft: a caller that is interrupted while the host rotates
// leaves the new token in the store.
func hasTheTokenOfWhoLeft(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	ctx, cancel := context.WithCancel(t.Context())
	i.answering = cancel
	if err := get(ctx, i.client(t, w.Open())); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	w.holds(t, "at-1 rt-1")
}

// getsTheUnsaved: a token that could not be saved is not used, and saved at the
// next try without another refresh.
func getsTheUnsaved(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	c := i.client(t, w.Open())
	var mend func()
	i.answering = func() { mend = w.Break() }
	i.calling = func() { w.holds(t, "at-1 rt-1") }
	err := get(t.Context(), c)
	denied(t, "a token that could not be saved", err)
	i.refreshed(t, 1, 0)
	if mend == nil {
		t.Fatal("nothing was refreshed")
	}
	mend()
	w.holds(t, "revoked rt-0")
	if err := get(t.Context(), c); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 1, 0)
	w.holds(t, "at-1 rt-1")
}

// prefersAnother: an unsaved token does not take the place of one that another
// process has stored since.
func prefersAnother(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	c := i.client(t, w.Open())
	var mend func()
	i.answering = func() { mend = w.Break() }
	denied(t, "a token that could not be saved", get(t.Context(), c))
	if i.answering = nil; mend == nil {
		t.Fatal("nothing was refreshed")
	}
	mend()
	save(t, w.Open(), i.login())
	if err := get(t.Context(), c); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 2, 0)
	w.holds(t, "at-2 rt-2")
}

func provedBeforeSpent(t prover, w TokenWorld) {
	i := newIssuer()
	store := w.Stuck(token("revoked", "rt-0"))
	err := get(t.Context(), i.client(t, store))
	denied(t, "a store that cannot save", err)
	if err != nil && !strings.Contains(err.Error(), "use "+store.Words().Noun) {
		t.Errorf("the error does not say what cannot be used: %v", err)
	}
	i.refreshed(t, 0, 0)
}

// losesOneByACrash: a process that ends between the answer and the store leaves
// the token from before, which the host does not take any more. A new login
// helps, and nothing else was lost.
func losesOneByACrash(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	var mend func()
	i.answering = func() { mend = w.Break() }
	denied(t, "a token that could not be saved", get(t.Context(), i.client(t, w.Open())))
	if i.answering = nil; mend == nil {
		t.Fatal("nothing was refreshed")
	}
	mend()
	w.holds(t, "revoked rt-0")
	next := i.client(t, w.Open())
	err := get(t.Context(), next)
	denied(t, "a spent refresh token", err)
	f, _ := errors.AsType[*reconcile.Failure](err)
	if f == nil || !strings.Contains(f.Reason, "invalid_grant") || f.Hint != "run keyroster login --account law" {
		t.Errorf("a spent refresh token: %+v", f)
	}
	i.refreshed(t, 1, 1)
	save(t, w.Open(), i.login())
	if err := get(t.Context(), next); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 2, 1)
	w.holds(t, "at-2 rt-2")
}

// askedAgainAfterRefusal: a refresh token that the host refused is not presented
// again, and a new one is noticed.
func askedAgainAfterRefusal(t prover, w TokenWorld) {
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-dead"))
	c := i.client(t, w.Open())
	for range 3 {
		denied(t, "a dead refresh token", get(t.Context(), c))
	}
	i.refreshed(t, 0, 1)
	w.holds(t, "revoked rt-dead")
	save(t, w.Open(), token("revoked", "rt-0"))
	if err := get(t.Context(), c); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 1, 1)
}

// fencesWhoLostTheLock: whoever loses the lock while it waits for the host
// stores nothing over what the next holder stored, and goes on with that.
func fencesWhoLostTheLock(t prover, w TokenWorld) {
	if w.Lose == nil {
		return
	}
	i := newIssuer()
	save(t, w.Open(), token("revoked", "rt-0"))
	c := i.client(t, w.Open())
	var other httpapi.Token
	i.answering = func() {
		w.Lose()
		other = i.login()
		save(t, w.Open(), other)
	}
	denied(t, "a lock that was lost", get(t.Context(), c))
	i.answering = nil
	w.holds(t, words(other))
	if err := get(t.Context(), c); err != nil {
		t.Error(err)
	}
	i.refreshed(t, 2, 0)
	w.holds(t, "at-2 rt-2")
}
