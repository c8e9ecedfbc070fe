package providertest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"sync"
	"testing"
	"time"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// TokenWorld is an empty store of tokens, with what the laws do to it.
type TokenWorld struct {
	// Open opens the store as another process would.
	Open func() httpapi.TokenStore
	// Break keeps the store from saving anything until mend is called, at whatever point it
	// is. What was stored before is kept.
	Break func() (mend func())
	// Stuck makes another store that holds a token and cannot save one, which can be
	// detected in advance.
	Stuck func(token httpapi.Token) httpapi.TokenStore
	// Lose takes the lock from its holder, so that others get it; nil if the lock is not
	// lost while its holder lives.
	Lose func()
}

// tokenLaw is a law of stores of tokens.
type tokenLaw struct {
	name  string
	holds func(t prover, w TokenWorld)
}

// tokenLaws are those of the store itself, and those of clients that log in with it.
var tokenLaws = []tokenLaw{
	{"no token is one that does not exist", noTokenDoesNotExist},
	{"keeps what was saved", keepsWhatWasSaved},
	{"changes nothing by a proof", changesNothingByAProof},
	{"gives the lock to one at a time", givesTheLockToOne},
	{"waits for the lock as long as the caller", waitsAsTheCaller},
	{"holds the lock beyond the caller", holdsBeyondTheCaller},
	{"stores nothing without the lock", storesNothingUnlocked},
	{"returns the error of the work", returnsErrorOfWork},
	{"is refreshed by one of many", refreshedByOne},
	{"stores a token before it is used", storesBeforeUse},
	{"stores the token of an interrupted caller", storesForInterrupted},
	{"saves later what it could not save", savesTheUnsavedLater},
	{"prefers another token to an unsaved one", prefersAnother},
	{"is proved before a refresh token is spent", provedBeforeSpent},
	{"loses one token in a crash", losesOneInACrash},
	{"is asked again after a refusal", askedAgainAfterRefusal},
	{"fences a caller that lost the lock", fencesLostLock},
}

// TokenStores proves the laws of an [httpapi.TokenStore]; open makes a world for each.
func TokenStores(t *testing.T, open func(t testing.TB) TokenWorld) {
	for _, law := range tokenLaws {
		t.Run(law.name, func(t *testing.T) {
			t.Parallel()
			law.holds(realTest{t}, open(t))
		})
	}
}

func noTokenDoesNotExist(t prover, w TokenWorld) {
	store := w.Open()
	if _, err := store.Load(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("load: %v", err)
	}
	err := store.Locked(t.Context(), func(held httpapi.HeldToken) error {
		if _, err := held.Load(t.Context()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("load with the lock: %v", err)
		}
		return held.Prove(t.Context())
	})
	if err != nil {
		t.Errorf("prove: %v", err)
	}
	if words := store.Words(); words.Noun == "" || words != w.Open().Words() {
		t.Errorf("words %+v, and then %+v", words, w.Open().Words())
	}
}

func keepsWhatWasSaved(t prover, w TokenWorld) {
	now := time.Now()
	full := token("at", "rt")
	full.Scope, full.Obtained, full.Expires = "a b", now, now.Add(time.Hour)
	for _, saved := range []httpapi.Token{token("", "rt-0"), full, token("at-1", "")} {
		save(t, w.Open(), saved)
		got, err := w.Open().Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		near := func(a, b time.Time) bool { return a.IsZero() == b.IsZero() && a.Sub(b).Abs() <= time.Second }
		if words(got) != words(saved) || got.Type != saved.Type || got.Scope != saved.Scope ||
			!near(got.Obtained, saved.Obtained) || !near(got.Expires, saved.Expires) {
			t.Errorf("saved %+v, loaded %+v", saved, got)
		}
	}
}

func changesNothingByAProof(t prover, w TokenWorld) {
	save(t, w.Open(), token("at", "rt"))
	if err := httpapi.ProveStore(t.Context(), w.Open()); err != nil {
		t.Errorf("prove: %v", err)
	}
	w.holds(t, "at rt")
	if err := httpapi.ProveStore(t.Context(), w.Stuck(token("at", "rt"))); err == nil {
		t.Error("a store that cannot save proves that it can")
	}
}

// givesTheLockToOne: many callers increment what is stored, and no increment is lost.
func givesTheLockToOne(t prover, w TokenWorld) {
	save(t, w.Open(), token("", "0"))
	const each, all = 3, 4
	var group sync.WaitGroup
	for range all {
		group.Go(func() {
			store := w.Open()
			for range each {
				err := store.Locked(t.Context(), func(held httpapi.HeldToken) error {
					stored, err := held.Load(t.Context())
					if err != nil {
						return err
					}
					n, err := strconv.Atoi(stored.Refresh.Reveal())
					if err != nil {
						return err
					}
					return held.Save(t.Context(), token("", strconv.Itoa(n+1)))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	w.holds(t, fmt.Sprint(" ", each*all))
}

func waitsAsTheCaller(t prover, w TokenWorld) {
	save(t, w.Open(), token("at", "rt"))
	err := w.Open().Locked(t.Context(), func(httpapi.HeldToken) error {
		w.cannotLock(t)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// cannotLock fails the test if the lock can be obtained.
func (w TokenWorld) cannotLock(t prover) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer time.AfterFunc(50*time.Millisecond, cancel).Stop()
	err := w.Open().Locked(ctx, func(httpapi.HeldToken) error {
		t.Error("the lock was given to two")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("waited for the lock in vain: %v", err)
	}
}

func holdsBeyondTheCaller(t prover, w TokenWorld) {
	save(t, w.Open(), token("", "old"))
	ctx, cancel := context.WithCancel(t.Context())
	err := w.Open().Locked(ctx, func(held httpapi.HeldToken) error {
		cancel()
		w.cannotLock(t)
		return held.Save(context.WithoutCancel(ctx), token("", "new"))
	})
	if err != nil {
		t.Error(err)
	}
	w.holds(t, " new")
}

func storesNothingUnlocked(t prover, w TokenWorld) {
	save(t, w.Open(), token("", "old"))
	var kept httpapi.HeldToken
	err := w.Open().Locked(t.Context(), func(held httpapi.HeldToken) error { kept = held; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if kept.Prove(t.Context()) == nil || kept.Save(t.Context(), token("", "new")) == nil {
		t.Error("a lock that was given back still stores")
	}
	w.holds(t, " old")
}

func returnsErrorOfWork(t prover, w TokenWorld) {
	save(t, w.Open(), token("", "old"))
	wrong := errors.New("wrong")
	if err := w.Open().Locked(t.Context(), func(httpapi.HeldToken) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
	w.holds(t, " old")
	save(t, w.Open(), token("", "new")) // the lock was released
	w.holds(t, " new")
}

// save stores a token.
func save(t prover, store httpapi.TokenStore, token httpapi.Token) {
	t.Helper()
	if err := httpapi.StoreToken(t.Context(), store, token); err != nil {
		t.Fatal(err)
	}
}

// holds fails the test unless the store holds this access and refresh token.
func (w TokenWorld) holds(t prover, want string) {
	t.Helper()
	got, err := w.Open().Load(t.Context())
	if err != nil || words(got) != want {
		t.Errorf("the store holds %q, want %q: %v", words(got), want, err)
	}
}

// words returns a token's secrets.
func words(t httpapi.Token) string { return t.Access.Reveal() + " " + t.Refresh.Reveal() }

// get makes a call with the login.
func get(ctx context.Context, c *httpapi.Client) error {
	_, err := c.Do(ctx, httpapi.Request{Name: "read", Method: "GET", Path: "/x"})
	return err
}

// denied fails the test unless a call was denied.
func denied(t prover, what string, err error) {
	t.Helper()
	if reconcile.ClassOf(err) != reconcile.Denied {
		t.Errorf("%s: class %d: %v", what, reconcile.ClassOf(err), err)
	}
}
