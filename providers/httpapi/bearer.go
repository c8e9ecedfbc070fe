package httpapi

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// bearer authorizes with an access token that is replaced ahead of its end and once after a
// 401, by one goroutine at a time.
type bearer struct {
	// current is the token in use; every goroutine may load it.
	current atomic.Pointer[Token]
	mutex   mutex
	// obtain returns a token for which good holds. The caller has the lock.
	obtain func(ctx context.Context, good func(*Token) bool) (*Token, error)
}

func (b *bearer) begin(obtain func(ctx context.Context, good func(*Token) bool) (*Token, error)) {
	b.mutex, b.obtain = newMutex(), obtain
}

// Authorize implements [Authorizer].
func (b *bearer) Authorize(ctx context.Context, request *http.Request) error {
	if t := b.current.Load(); t.fresh(time.Now()) {
		return t.authorize(request)
	}
	t, err := b.replace(ctx, func(t *Token) bool { return t.fresh(time.Now()) })
	if err != nil {
		return err
	}
	return t.authorize(request)
}

// Renew implements [Authorizer].
func (b *bearer) Renew(ctx context.Context, refused *http.Request) (bool, error) {
	_, err := b.replace(ctx, func(t *Token) bool {
		return t != nil && !t.Access.IsZero() && !t.isIn(refused)
	})
	return err == nil, err
}

// replace makes a token current for which good holds: the current one, if another goroutine
// has replaced it, or a new one.
func (b *bearer) replace(ctx context.Context, good func(*Token) bool) (*Token, error) {
	if err := b.mutex.lock(ctx); err != nil {
		return nil, err
	}
	defer b.mutex.unlock()
	if t := b.current.Load(); good(t) {
		return t, nil
	}
	t, err := b.obtain(ctx, good)
	if err != nil {
		return nil, err
	}
	b.current.Store(t)
	return t, nil
}
