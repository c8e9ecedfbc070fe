package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// Config makes a [Client]. The caller fills in what the account's configuration says; the
// provider sets BaseURL and, if its API wants them, Header. Zero values are the defaults.
type Config struct {
	// BaseURL is what paths are appended to: https, or http to loopback.
	BaseURL string
	// Concurrency is the number of requests in flight, and of connections;
	// below 1 means 1.
	Concurrency int
	// Rate is the sustained ceiling. The client slows down by itself when the host answers
	// 429, and speeds up again.
	Rate Rate
	// ReadOnly refuses every [Write] before anything is sent.
	ReadOnly bool
	// Turn, if not nil, waits before each attempt of anything but a login, after the
	// client's own pace, for a slot of a rate that other processes use too. Its error ends
	// the call as one of ctx does. It is called by several goroutines at once, each of
	// which holds a slot of Concurrency meanwhile.
	Turn func(ctx context.Context) error
	// Gate, if not nil, is asked before each attempt of a [Write], after everything else
	// that can wait: the slot, the pace, the login. Only the connection, if none is open,
	// and the request follow. Reads and logins never ask.
	//
	// It is the fence of a run that may lose its account to another while a write waits, or
	// while the process is suspended: only what is asked last can hold a stale write back.
	// An error keeps the write from being sent and ends the call with a [reconcile.Failure]
	// of class Fenced that wraps it, without another attempt. No attempt of the call has
	// taken effect then, since a write is repeated only when it certainly was not
	// processed.
	//
	// It is called by the goroutines of all writes at once, each of which holds a slot
	// meanwhile: it must be safe for concurrent use, and so fast that it asks no host (a
	// clock and a flag, not a database). Its ctx is that of the write. Its error reaches
	// logs and people, and holds no secret. To bound a write that was sent, end its ctx.
	Gate func(ctx context.Context) error
	// CAFile is a PEM file whose certificates are trusted besides the system's.
	CAFile    string
	UserAgent string
	// Header is sent with every request (Seam's seam-workspace). It must not
	// hold a secret.
	Header http.Header
	// Log gets one debug line per attempt, and one at info level when the host made the
	// client slow down.
	Log zerolog.Logger
	// Account and Provider are named in log lines and hints.
	Account, Provider string
	// Flags are repeated in the commands that hints propose; empty for none.
	Flags string
	// MaxBody caps a decoded body kept in memory (64 MiB), MaxStream one that is read by a
	// [Request.Stream] (4 GiB). A larger answer is an error.
	MaxBody, MaxStream int64
	Timeouts           Timeouts
	Retry              Retry
	// RoundTripper replaces the network, for tests. nil is the tuned transport.
	RoundTripper http.RoundTripper
	// Observe receives all events, in the goroutine in which they happen: it must be fast
	// and safe for concurrent use.
	Observe func(Event)
}

// Timeouts bound one attempt.
type Timeouts struct {
	// Dial (10 s) and TLS (10 s) bound making a connection, Header (60 s) the
	// wait for the first byte of the answer.
	Dial, TLS, Header time.Duration
	// Request bounds the whole attempt (60 s). While a [Request.Stream] reads,
	// it bounds each silence of the host instead.
	Request time.Duration
	// Stream bounds the time that the host may take for one streamed answer (30 min), not
	// counting the reader's own time. Beyond three times Request, the host must also have
	// sent 1 KiB/s on average.
	Stream time.Duration
}

// Retry bounds repetition.
type Retry struct {
	// Attempts is how often a failing request is sent at most (5). Answers of 429 are
	// counted apart and allowed twice as often, because they say nothing about the request.
	Attempts int
	// Base is the first pause (500 ms); it doubles up to Cap (30 s), with
	// jitter.
	Base, Cap time.Duration
	// Total bounds all attempts and pauses of one call (15 min), and how long a host's
	// Retry-After may be. A longer one is an error at once: the client never sends earlier
	// than it was asked to.
	Total time.Duration
}

// EventKind says what happened.
type EventKind uint8

const (
	// Attempted: an attempt ended, with Status 0 when there was no answer.
	Attempted EventKind = iota
	// Retrying: the request is sent again after Wait.
	Retrying
	// Slowed: the host answered 429; nothing is sent for Wait, then at Rate.
	Slowed
	// Renewed: the host answered 401 and a new token was taken.
	Renewed
)

// Event is one thing that happened in a client.
type Event struct {
	Kind EventKind
	Op   Op
	Name string
	// Method and Path are set for Attempted; the path may hold ids.
	Method, Path string
	// Status is the answer's, Attempt counts from 1.
	Status, Attempt int
	// For Attempted, Wait is how long pacing held the request back; Duration is the time
	// from sending to the end of the answer.
	Wait, Duration time.Duration
	// Rate is in requests per second; +Inf if there is no ceiling.
	Rate float64
	// Date is the host's clock in a whole answer; zero if it has none.
	Date time.Time
}

const mebibyte = 1 << 20

// withDefaults fills in what was left zero.
func (c Config) withDefaults() Config {
	c.Concurrency = max(c.Concurrency, 1)
	c.MaxBody = positive(c.MaxBody, 64*mebibyte)
	c.MaxStream = positive(c.MaxStream, 4096*mebibyte)
	c.Timeouts.Dial = positive(c.Timeouts.Dial, 10*time.Second)
	c.Timeouts.TLS = positive(c.Timeouts.TLS, 10*time.Second)
	c.Timeouts.Header = positive(c.Timeouts.Header, time.Minute)
	c.Timeouts.Request = positive(c.Timeouts.Request, time.Minute)
	c.Timeouts.Stream = positive(c.Timeouts.Stream, 30*time.Minute)
	c.Retry.Attempts = positive(c.Retry.Attempts, 5)
	c.Retry.Base = positive(c.Retry.Base, 500*time.Millisecond)
	c.Retry.Cap = positive(c.Retry.Cap, 30*time.Second)
	c.Retry.Total = positive(c.Retry.Total, 15*time.Minute)
	if c.UserAgent == "" {
		c.UserAgent = "keyroster"
	}
	return c
}

func positive[T int | int64 | time.Duration](value, otherwise T) T {
	if value > 0 {
		return value
	}
	return otherwise
}
