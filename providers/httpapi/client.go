package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// Client sends the requests of one account. It is safe for concurrent use; all callers
// share its pace, its connections and its login.
type Client struct {
	cfg   Config
	base  *url.URL
	auth  Authorizer
	trip  http.RoundTripper
	tuned *http.Transport // nil with a RoundTripper of a test
	pacer *pacer
	// slots has one entry per request in flight.
	slots  chan struct{}
	header http.Header
	log    zerolog.Logger
	closed atomic.Bool
}

// binder is an Authorizer that sends its own requests to a login host, over the client's
// transport.
type binder interface{ bind(*Client) error }

// New makes a client; nothing is sent yet. auth may be nil for an API without login.
func New(cfg Config, auth Authorizer) (*Client, error) {
	cfg = cfg.withDefaults()
	base, err := parseBase("base_url", cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		cfg: cfg, base: base, auth: auth, trip: cfg.RoundTripper, log: cfg.Log,
		pacer: newPacer(cfg.Rate), slots: make(chan struct{}, cfg.Concurrency), header: http.Header{},
	}
	for name, values := range cfg.Header {
		c.header[http.CanonicalHeaderKey(name)] = values
	}
	c.header.Set("Accept", "application/json")
	c.header.Set("Accept-Encoding", "gzip")
	c.header.Set("User-Agent", cfg.UserAgent)
	if c.trip == nil {
		if c.tuned, err = newTransport(cfg); err != nil {
			return nil, err
		}
		c.trip = c.tuned
	}
	if b, ok := auth.(binder); ok {
		if err := b.bind(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// forLogin derives a client for a login host: the same transport, log and limits, but its
// own pace and slots, so that a request can log in while it holds its slot.
func (c *Client) forLogin(what, endpoint string) (*Client, error) {
	base, err := parseBase(what, endpoint)
	if err != nil {
		return nil, err
	}
	l := &Client{
		cfg: c.cfg, base: base, trip: c.trip, tuned: c.tuned, log: c.log,
		pacer: newPacer(Rate{}), slots: make(chan struct{}, 1), header: http.Header{},
	}
	// The API's own headers are not for a login host.
	for _, name := range []string{"Accept", "Accept-Encoding", "User-Agent"} {
		l.header[name] = c.header[name]
	}
	return l, nil
}

// Close ends the idle connections. Calls in flight finish; later ones fail.
func (c *Client) Close() {
	c.closed.Store(true)
	if c.tuned != nil {
		c.tuned.CloseIdleConnections()
	}
}

// Do sends a request, as often as its class and the policy allow, and returns the answer.
// It holds one of the client's slots while a request is in flight and none while it waits
// to repeat one.
//
// The error is a [*reconcile.Failure], except for ctx's own error before anything was sent
// and a stream's own error, which are wrapped:
//
//   - Unsafe: not sent at all (a write in a read-only client, a link to another origin);
//   - Denied: 401 although the login was renewed once, or the login failed;
//   - Fenced: [Config.Gate] refused a write, which was not sent; the gate's error is
//     wrapped, and the caller must send no other write;
//   - Unreachable: no usable answer; a write was certainly not sent;
//   - Refused: all attempts of a write were answered 429; nothing changed;
//   - Lost: a write was sent and its answer is not known. A write whose ctx is cancelled
//     while it is in flight is lost, too, and wraps ctx's error.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	k, err := c.prepare(r)
	if err != nil {
		return nil, err
	}
	return k.run(ctx)
}

// run repeats attempts until one ends the call.
func (k *call) run(ctx context.Context) (*Response, error) {
	pause := k.client.newPause()
	start := time.Now()
	var failures, limits int
	for renewed := false; ; {
		k.attempts++
		resp, t := k.attempt(ctx)
		switch {
		case t == nil && resp.Status == http.StatusUnauthorized && k.Op != Login:
			if renewed {
				return nil, k.denied(resp)
			}
			if err := k.renew(ctx, resp); err != nil {
				return nil, err
			}
			renewed = true
			continue
		case t == nil:
			return resp, nil
		case t.kind == final:
			return nil, t.err
		case t.kind == limited:
			limits++
		default:
			failures++
		}
		// The back-off is the minimum: a host may ask for no pause at all.
		wait := max(pause.NextBackOff(), t.after)
		if k.exhausted(t, failures, limits) || time.Since(start)+wait > k.client.cfg.Retry.Total {
			return nil, k.fail(t, nil)
		}
		k.client.observe(Event{Kind: Retrying, Op: k.Op, Name: k.Name, Status: t.status, Attempt: k.attempts, Wait: wait})
		if err := Sleep(ctx, wait); err != nil {
			return nil, k.stopped(err)
		}
	}
}

// exhausted reports whether the call must not be sent again.
func (k *call) exhausted(t *attemptError, failures, limits int) bool {
	tries := k.client.cfg.Retry.Attempts
	if t.tries > 0 {
		tries = min(tries, t.tries)
	}
	return !t.repeatable(k.Op) || failures >= tries || limits >= 2*k.client.cfg.Retry.Attempts
}

// newPause makes the pauses of one call: exponential, with jitter.
func (c *Client) newPause() *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = c.cfg.Retry.Base, c.cfg.Retry.Cap, 2
	return b
}

// renew renews the login after a 401.
func (k *call) renew(ctx context.Context, resp *Response) error {
	if k.client.auth == nil {
		return k.denied(resp)
	}
	ok, err := k.client.auth.Renew(ctx, k.sent)
	switch {
	case err != nil && ctx.Err() != nil:
		return k.stopped(ctx.Err())
	case err != nil:
		return fmt.Errorf("%s: %w", k.Name, err)
	case !ok:
		return k.denied(resp)
	}
	k.client.observe(Event{Kind: Renewed, Op: k.Op, Name: k.Name, Status: resp.Status, Attempt: k.attempts})
	return nil
}

// denied returns the failure of a call whose login the host does not accept.
func (k *call) denied(resp *Response) error {
	reason := k.Name + ": the host rejected the login (401)"
	if words := errorText(resp.Body); words != "" {
		reason += ": " + words
	}
	return &reconcile.Failure{
		Class: reconcile.Denied, Reason: reason,
		HTTPStatus: resp.Status, RequestID: resp.RequestID, Attempts: k.attempts,
		Hint: "check the account's auth section, and that base_url is the host that issued the login",
	}
}

// stopped returns the error of a call that ctx ended while nothing was in flight.
func (k *call) stopped(err error) error {
	return fmt.Errorf("%s: %w", k.Name, err)
}

// fail turns the last error of a call into its failure.
func (k *call) fail(t *attemptError, cause error) error {
	f := &reconcile.Failure{
		Class: reconcile.Unreachable, Reason: k.Name + ": " + t.reason,
		HTTPStatus: t.status, RequestID: k.requestID, Attempts: k.attempts, Hint: t.hint, Err: cause,
	}
	if k.attempts > 1 {
		f.Reason = fmt.Sprintf("%s: no usable answer after %d attempts: %s", k.Name, k.attempts, t.reason)
	}
	if k.Op == Write {
		switch t.kind {
		case limited:
			f.Class = reconcile.Refused
		case lost, unusable:
			f.Class = reconcile.Lost
		}
	}
	return f
}

func (c *Client) observe(e Event) {
	if c.cfg.Observe != nil {
		c.cfg.Observe(e)
	}
}

var errClosed = errors.New("the client is closed")
