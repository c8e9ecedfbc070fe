package providertest

import (
	"context"
	"errors"
	"strings"
	"sync"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// login is a client that logs in with a store, whose access token is revoked at the start.
type login struct {
	prover
	TokenWorld
	*issuer
	*httpapi.Client
}

func newLogin(t prover, w TokenWorld) *login {
	save(t, w.Open(), token("revoked", "rt-0"))
	i := newIssuer()
	return &login{t, w, i, i.client(t, w.Open())}
}

// works fails the test unless a call succeeds.
func (l *login) works() {
	l.Helper()
	if err := get(l.Context(), l.Client); err != nil {
		l.Error(err)
	}
}

// stores fails the test unless the store holds these tokens.
func (l *login) stores(tokens string) {
	l.Helper()
	l.holds(l.prover, tokens)
}

// refreshed fails the test unless these numbers of refreshes were answered and of used
// refresh tokens presented.
func (l *login) refreshed(refreshes, dead int) {
	l.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.refreshes != refreshes || l.dead != dead {
		l.Errorf("%d refreshes and %d dead tokens, want %d and %d", l.refreshes, l.dead, refreshes, dead)
	}
}

// unsaved makes a call whose new token cannot be saved.
func (l *login) unsaved() (mend func()) {
	l.Helper()
	l.answering = func() { mend = l.Break() }
	denied(l.prover, "a token that could not be saved", get(l.Context(), l.Client))
	l.refreshed(1, 0)
	if l.answering = nil; mend == nil {
		l.Fatal("nothing was refreshed")
	}
	return mend
}

// logInAgain logs in anew, for a process that ended.
func (l *login) logInAgain() httpapi.Token {
	token := l.issuer.login()
	save(l.prover, l.Open(), token)
	return token
}

// refreshedByOne: of many processes whose token expires at once, one refreshes; the others
// use its token.
func refreshedByOne(t prover, w TokenWorld) {
	l := newLogin(t, w)
	var group sync.WaitGroup
	for range 4 {
		one := *l
		one.Client = l.client(t, w.Open())
		group.Go(one.works)
		group.Go(one.works)
	}
	group.Wait()
	l.refreshed(1, 0)
	l.stores("at-1 rt-1")
}

func storesBeforeUse(t prover, w TokenWorld) {
	l := newLogin(t, w)
	l.answering = func() { l.stores("revoked rt-0") }
	l.calling = func() { l.stores("at-1 rt-1") }
	l.works()
	l.refreshed(1, 0)
}

// storesForInterrupted: a caller that is interrupted while the host rotates the token still
// leaves the new one in the store.
func storesForInterrupted(t prover, w TokenWorld) {
	l := newLogin(t, w)
	ctx, cancel := context.WithCancel(t.Context())
	l.answering = cancel
	if err := get(ctx, l.Client); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	l.stores("at-1 rt-1")
}

// savesTheUnsavedLater: a token that could not be saved is not used, and is saved at the next
// attempt without another refresh.
func savesTheUnsavedLater(t prover, w TokenWorld) {
	l := newLogin(t, w)
	l.calling = func() { l.stores("at-1 rt-1") }
	mend := l.unsaved()
	mend()
	l.stores("revoked rt-0")
	l.works()
	l.refreshed(1, 0)
	l.stores("at-1 rt-1")
}

// prefersAnother: an unsaved token does not replace one that another process has stored
// since.
func prefersAnother(t prover, w TokenWorld) {
	l := newLogin(t, w)
	mend := l.unsaved()
	mend()
	l.logInAgain()
	l.works()
	l.refreshed(2, 0)
	l.stores("at-2 rt-2")
}

func provedBeforeSpent(t prover, w TokenWorld) {
	l := newLogin(t, w)
	store := w.Stuck(token("revoked", "rt-0"))
	err := get(t.Context(), l.client(t, store))
	denied(t, "a store that cannot save", err)
	if err != nil && !strings.Contains(err.Error(), "use "+store.Words().Noun) {
		t.Errorf("the error does not say what cannot be used: %v", err)
	}
	l.refreshed(0, 0)
}

// losesOneInACrash: a process that ends between the answer and the store leaves the earlier
// token, which the host does not accept any more. A new login helps, and nothing else was
// lost.
func losesOneInACrash(t prover, w TokenWorld) {
	l := newLogin(t, w)
	mend := l.unsaved()
	mend()
	l.stores("revoked rt-0")
	l.Client = l.client(t, w.Open())
	err := get(t.Context(), l.Client)
	denied(t, "a spent refresh token", err)
	f, _ := errors.AsType[*reconcile.Failure](err)
	if f == nil || !strings.Contains(f.Reason, "invalid_grant") || f.Hint != "run keyroster login --account law" {
		t.Errorf("a spent refresh token: %+v", f)
	}
	l.refreshed(1, 1)
	l.logInAgain()
	l.works()
	l.refreshed(2, 1)
	l.stores("at-2 rt-2")
}

// askedAgainAfterRefusal: a refresh token that the host refused is not presented again, and
// a new one is noticed.
func askedAgainAfterRefusal(t prover, w TokenWorld) {
	l := newLogin(t, w)
	save(t, w.Open(), token("revoked", "rt-dead"))
	for range 3 {
		denied(t, "a dead refresh token", get(t.Context(), l.Client))
	}
	l.refreshed(0, 1)
	l.stores("revoked rt-dead")
	save(t, w.Open(), token("revoked", "rt-0"))
	l.works()
	l.refreshed(1, 1)
}

// fencesLostLock: a process that loses the lock while it waits for the host does not
// overwrite what the next holder stored, and uses that instead.
func fencesLostLock(t prover, w TokenWorld) {
	if w.Lose == nil {
		return
	}
	l := newLogin(t, w)
	var other httpapi.Token
	l.answering = func() {
		w.Lose()
		other = l.logInAgain()
	}
	denied(t, "a lock that was lost", get(t.Context(), l.Client))
	l.answering = nil
	l.stores(words(other))
	l.works()
	l.refreshed(2, 0)
	l.stores("at-2 rt-2")
}
