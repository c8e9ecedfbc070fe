package providertest

import (
	"context"
	"errors"
	"testing"

	"keyroster/providers/httpapi"
)

// spoiltTokens is a store in memory with one mistake in it.
type spoiltTokens struct {
	*MemoryTokens
	load   func(m *MemoryTokens) (httpapi.Token, error)
	locked func(ctx context.Context, m *MemoryTokens, work func(httpapi.HeldToken) error) error
	spoil  func(held *spoiltHeld)
}

// spoiltHeld is a held token with one mistake in it.
type spoiltHeld struct {
	httpapi.HeldToken
	store *MemoryTokens
	prove func() error
	save  func(ctx context.Context, token httpapi.Token) error
}

func (s *spoiltTokens) Load(ctx context.Context) (httpapi.Token, error) {
	if s.load != nil {
		return s.load(s.MemoryTokens)
	}
	return s.MemoryTokens.Load(ctx)
}

func (s *spoiltTokens) Locked(ctx context.Context, work func(httpapi.HeldToken) error) error {
	spoilt := func(held httpapi.HeldToken) error {
		h := &spoiltHeld{HeldToken: held, store: s.MemoryTokens}
		if s.spoil != nil {
			s.spoil(h)
		}
		return work(h)
	}
	if s.locked != nil {
		return s.locked(ctx, s.MemoryTokens, spoilt)
	}
	return s.MemoryTokens.Locked(ctx, spoilt)
}

func (h *spoiltHeld) Prove(ctx context.Context) error {
	if h.prove != nil {
		return h.prove()
	}
	return h.HeldToken.Prove(ctx)
}

func (h *spoiltHeld) Save(ctx context.Context, token httpapi.Token) error {
	if h.save != nil {
		return h.save(ctx, token)
	}
	return h.HeldToken.Save(ctx, token)
}

// put stores a token, whoever holds the lock.
func (m *MemoryTokens) put(token httpapi.Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.token = &token
	return nil
}

// world returns the world of a store with the mistake.
func (s spoiltTokens) world() TokenWorld {
	w := MemoryWorld()
	spoilt := func(store httpapi.TokenStore) httpapi.TokenStore {
		same := s
		same.MemoryTokens = store.(*MemoryTokens)
		return &same
	}
	open, stuck := w.Open, w.Stuck
	w.Open = func() httpapi.TokenStore { return spoilt(open()) }
	w.Stuck = func(token httpapi.Token) httpapi.TokenStore { return spoilt(stuck(token)) }
	return w
}

// The following locks have a mistake in them.

func unlocked(_ context.Context, m *MemoryTokens, work func(httpapi.HeldToken) error) error {
	return work(&heldMemory{store: m, lock: m.current()})
}

func lockedAsTheCaller(ctx context.Context, m *MemoryTokens, work func(httpapi.HeldToken) error) error {
	return m.Locked(ctx, func(held httpapi.HeldToken) error {
		defer context.AfterFunc(ctx, m.Lose)()
		return work(held)
	})
}

func lockedAndDone(ctx context.Context, m *MemoryTokens, work func(httpapi.HeldToken) error) error {
	return m.Locked(ctx, func(held httpapi.HeldToken) error {
		_ = work(held)
		return nil
	})
}

// lockedUntilSaved saves at the end of the lock.
func lockedUntilSaved(ctx context.Context, m *MemoryTokens, work func(httpapi.HeldToken) error) error {
	return m.Locked(ctx, func(held httpapi.HeldToken) error {
		var saved *httpapi.Token
		ended := false
		late := &spoiltHeld{HeldToken: held, store: m, save: func(_ context.Context, token httpapi.Token) error {
			if ended {
				return errLockLost
			}
			saved = &token
			return nil
		}}
		err := work(late)
		if ended = true; err != nil || saved == nil {
			return err
		}
		return held.Save(context.WithoutCancel(ctx), *saved)
	})
}

// TestTokenLawsHaveTeeth: a store with a mistake in it breaks the laws against it.
func TestTokenLawsHaveTeeth(t *testing.T) {
	for name, c := range map[string]struct {
		store spoiltTokens
		laws  []string
	}{
		"an empty token where there is none": {spoiltTokens{load: func(m *MemoryTokens) (httpapi.Token, error) {
			got, _ := m.Load(context.Background())
			return got, nil
		}}, []string{"no token is one that does not exist"}},
		"a token that is not saved": {spoiltTokens{spoil: func(h *spoiltHeld) {
			h.save = func(context.Context, httpapi.Token) error { return nil }
		}}, []string{"keeps what was saved", "stores a token before it is used", "stores the token of an interrupted caller"}},
		"a proof that changes something": {spoiltTokens{spoil: func(h *spoiltHeld) {
			h.prove = func() error { return h.store.put(token("", "")) }
		}}, []string{"changes nothing by a proof"}},
		"a proof of nothing": {spoiltTokens{spoil: func(h *spoiltHeld) {
			h.prove = func() error { return nil }
		}}, []string{"changes nothing by a proof", "is proved before a refresh token is spent"}},
		"a lock that is none":              {spoiltTokens{locked: unlocked}, []string{"waits for the lock as long as the caller", "holds the lock beyond the caller"}},
		"a lock that ends with the caller": {spoiltTokens{locked: lockedAsTheCaller}, []string{"holds the lock beyond the caller"}},
		"a save without the lock": {spoiltTokens{spoil: func(h *spoiltHeld) {
			h.save = func(_ context.Context, token httpapi.Token) error { return h.store.put(token) }
		}}, []string{"stores nothing without the lock", "fences a caller that lost the lock"}},
		"work that cannot fail": {spoiltTokens{locked: lockedAndDone}, []string{"returns the error of the work"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, law := range c.laws {
				if !breaksTokenLaw(t, law, c.store.world()) {
					t.Errorf("the law %q does not see it", law)
				}
				if breaksTokenLaw(t, law, spoiltTokens{}.world()) {
					t.Errorf("the law %q is broken by nothing", law)
				}
			}
		})
	}
}

func breaksTokenLaw(t *testing.T, name string, w TokenWorld) bool {
	t.Helper()
	for _, law := range tokenLaws {
		if law.name == name {
			return probed(t, func(p prover) { law.holds(p, w) })
		}
	}
	t.Fatalf("no law is called %q", name)
	return false
}

// TestAStoreMaySaveAtTheEndOfItsLock, as a database does that commits then: a failure to save is
// then a failure of the lock.
func TestAStoreMaySaveAtTheEndOfItsLock(t *testing.T) {
	late := spoiltTokens{locked: lockedUntilSaved}
	TokenStores(t, func(testing.TB) TokenWorld { return late.world() })
}

// TestMemoryTokensSayWhatBroke: tests can tell one failure from another.
func TestMemoryTokensSayWhatBroke(t *testing.T) {
	m := NewMemoryTokens()
	mend := m.Break()
	if err := httpapi.StoreToken(t.Context(), m, token("", "rt")); !errors.Is(err, errFull) {
		t.Errorf("broken: %v", err)
	}
	mend()
	err := m.Locked(t.Context(), func(held httpapi.HeldToken) error {
		m.Lose()
		return held.Save(t.Context(), token("", "rt"))
	})
	if !errors.Is(err, errLockLost) {
		t.Errorf("lost: %v", err)
	}
}
