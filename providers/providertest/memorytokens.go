package providertest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"keyroster/providers/httpapi"
)

// MemoryTokens is a store of tokens in memory that can be made to fail. It takes the place
// of a database in tests of logins, and shows that the laws of [TokenStores] do not require
// a file. It may be shared as if by several processes.
type MemoryTokens struct {
	mu    sync.Mutex
	token *httpapi.Token
	// lock is replaced by another when it is lost.
	lock chan struct{}
	// unproved and unsaved are why Prove and Save fail, or nil.
	unproved, unsaved error
}

// NewMemoryTokens makes a store that holds no token yet.
func NewMemoryTokens() *MemoryTokens { return &MemoryTokens{lock: make(chan struct{}, 1)} }

// The ways in which a store in memory fails.
var (
	errFull     = errors.New("save token: no room")
	errLockLost = errors.New("save token: the lock is not held any more")
)

// Break makes every Save fail until mend is called. Prove does not notice: a store may
// break at any moment.
func (m *MemoryTokens) Break() (mend func()) {
	m.set(nil, errFull)
	return func() { m.set(nil, nil) }
}

// Freeze makes every Save fail for good, which Prove notices.
func (m *MemoryTokens) Freeze() { m.set(errFull, errFull) }

func (m *MemoryTokens) set(unproved, unsaved error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.unproved, m.unsaved = unproved, unsaved
}

// Lose takes the lock from its holder; the next caller gets it at once.
func (m *MemoryTokens) Lose() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lock = make(chan struct{}, 1)
}

// MemoryWorld makes a store in memory for [TokenStores].
func MemoryWorld() TokenWorld {
	m := NewMemoryTokens()
	return TokenWorld{
		Open:  func() httpapi.TokenStore { return m },
		Break: m.Break,
		Stuck: func(token httpapi.Token) httpapi.TokenStore {
			stuck := NewMemoryTokens()
			stuck.token = &token
			stuck.Freeze()
			return stuck
		},
		Lose: m.Lose,
	}
}

// Words implements [httpapi.TokenStore].
func (m *MemoryTokens) Words() httpapi.StoreWords {
	return httpapi.StoreWords{Noun: "token in memory", Name: "of the test"}
}

// Load implements [httpapi.TokenStore].
func (m *MemoryTokens) Load(ctx context.Context) (httpapi.Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.token == nil {
		return httpapi.Token{}, fmt.Errorf("load token: %w", fs.ErrNotExist)
	}
	return *m.token, ctx.Err()
}

// Locked implements [httpapi.TokenStore].
func (m *MemoryTokens) Locked(ctx context.Context, work func(httpapi.HeldToken) error) error {
	for ctx.Err() == nil {
		lock := m.current()
		select {
		case lock <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		held := &heldMemory{store: m, lock: lock}
		if m.current() != lock { // lost while waiting for it
			continue
		}
		defer func() { <-lock }()
		defer held.end()
		return work(held)
	}
	return fmt.Errorf("lock token: %w", ctx.Err())
}

func (m *MemoryTokens) current() chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lock
}

// heldMemory is the token in memory while its lock is held.
type heldMemory struct {
	store *MemoryTokens
	lock  chan struct{}
	ended bool
}

func (h *heldMemory) end() {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	h.ended = true
}

// Load implements [httpapi.HeldToken].
func (h *heldMemory) Load(ctx context.Context) (httpapi.Token, error) { return h.store.Load(ctx) }

// Prove implements [httpapi.HeldToken].
func (h *heldMemory) Prove(context.Context) error {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	return h.usable(h.store.unproved)
}

// Save implements [httpapi.HeldToken].
func (h *heldMemory) Save(_ context.Context, token httpapi.Token) error {
	h.store.mu.Lock()
	defer h.store.mu.Unlock()
	if err := h.usable(h.store.unsaved); err != nil {
		return err
	}
	h.store.token = &token
	return nil
}

// usable says why nothing may be saved; the caller has the store's mutex.
func (h *heldMemory) usable(broken error) error {
	if h.ended || h.store.lock != h.lock {
		return errLockLost
	}
	return broken
}
