package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"keyroster/reconcile"
)

// attempt sends the request once: slot, pace, login, gate, send, read. Exactly one result
// is not nil. An attemptError of kind final has the error to return.
func (k *call) attempt(ctx context.Context) (*Response, *attemptError) {
	c := k.client
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, k.giveUp(k.stopped(ctx.Err()))
	}
	defer func() { <-c.slots }()

	asked := time.Now()
	epoch, err := c.pacer.wait(ctx, c.cfg.Retry.Total)
	if err == errHeldTooLong {
		return nil, k.giveUp(k.fail(&attemptError{
			kind: unsent, reason: fmt.Sprintf("not sent: the host asked to wait more than %v", c.cfg.Retry.Total),
			hint: "try again later, or ask the provider about the account's rate limits",
		}, nil))
	}
	if err != nil {
		return nil, k.giveUp(k.stopped(err))
	}
	if turn := c.cfg.Turn; turn != nil && k.Op != Login {
		if err := turn(ctx); err != nil {
			return nil, k.giveUp(k.stopped(err))
		}
	}
	request := k.newRequest()
	if c.auth != nil && k.Op != Login {
		if err := c.auth.Authorize(ctx, request); err != nil {
			return nil, k.giveUp(fmt.Errorf("%s: %w", k.Name, err))
		}
	}
	k.sent = request

	sending := time.Now()
	t := k.askGate(ctx)
	if t != nil {
		k.record(nil, t, sending.Sub(asked), time.Since(sending))
		return nil, t
	}
	resp, t := k.exchange(ctx, request, epoch)
	k.record(resp, t, sending.Sub(asked), time.Since(sending))
	return resp, t
}

// giveUp wraps an error that ends the call.
func (k *call) giveUp(err error) *attemptError { return &attemptError{kind: final, err: err} }

// askGate asks the gate about a write.
func (k *call) askGate(ctx context.Context) *attemptError {
	gate := k.client.cfg.Gate
	if gate == nil || k.Op != Write {
		return nil
	}
	err := gate(ctx)
	if err == nil {
		return nil
	}
	t := &attemptError{kind: final, reason: "not sent: the run may not write any more"}
	t.err = &reconcile.Failure{
		Class: reconcile.Fenced, Reason: k.Name + ": " + t.reason,
		RequestID: k.requestID, Attempts: k.attempts - 1, Err: err,
	}
	return t
}

// exchange sends the request and reads the answer within the attempt's own time limit.
func (k *call) exchange(ctx context.Context, request *http.Request, epoch uint64) (*Response, *attemptError) {
	c := k.client
	// A timer instead of a deadline: while a stream reads, each read gets the whole time
	// anew.
	limited, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	w := watch{limit: c.cfg.Timeouts.Request, total: c.cfg.Timeouts.Stream}
	w.timer = time.AfterFunc(w.limit, func() { cancel(errSilent) })
	defer w.timer.Stop()

	connected := true
	if c.tuned != nil {
		connected = false
		limited = httptrace.WithClientTrace(limited, &httptrace.ClientTrace{
			GotConn: func(httptrace.GotConnInfo) { connected = true },
		})
	}
	answer, err := c.trip.RoundTrip(request.WithContext(limited))
	if err != nil {
		return nil, k.interrupted(ctx, limited, transportError(err, connected))
	}
	defer func() { _ = answer.Body.Close() }()
	k.requestID = requestID(answer.Header)
	resp, t := k.classify(answer, w, epoch)
	if t != nil && t.kind == lost && t.status == 0 {
		t = k.interrupted(ctx, limited, t)
	}
	return resp, t
}

// interrupted corrects the classification of a failure that was caused by a cancelled
// context.
func (k *call) interrupted(ctx, limited context.Context, t *attemptError) *attemptError {
	switch {
	case ctx.Err() != nil && k.Op == Write && t.kind != unsent && t.kind != untrusted:
		stopped := &attemptError{kind: lost, reason: "stopped while waiting for the answer"}
		return k.giveUp(k.fail(stopped, ctx.Err()))
	case ctx.Err() != nil:
		return k.giveUp(k.stopped(ctx.Err()))
	case context.Cause(limited) == errSilent && t.kind != unsent:
		t.reason = fmt.Sprintf("no answer within %v", k.client.cfg.Timeouts.Request)
	}
	return t
}

// classify sorts an answer by its status.
func (k *call) classify(answer *http.Response, w watch, epoch uint64) (*Response, *attemptError) {
	c, status := k.client, answer.StatusCode
	after, given := RetryAfter(answer.Header, time.Now())
	if status != http.StatusTooManyRequests {
		c.pacer.passed(epoch)
	}
	t := &attemptError{kind: lost, status: status, reason: fmt.Sprintf("answered %d", status), after: after, given: given}
	switch {
	case status == http.StatusTooManyRequests && !k.Raw429:
		drain(answer)
		t.kind = limited
		k.slowDown(epoch, t)
		return nil, t
	case status/100 == 3:
		t.kind, t.reason = unusable, fmt.Sprintf("answered %d, a redirect, which is never followed", status)
		t.hint = "set base_url to the address that the redirect leads to"
		return nil, t
	case status == http.StatusNotImplemented || status == http.StatusHTTPVersionNotSupported:
		drain(answer)
		t.kind = unusable
		if k.Op == Write {
			t.kind = lost
		}
		return nil, t
	case status/100 == 5, status == http.StatusRequestTimeout:
		drain(answer)
		if given && after <= c.cfg.Retry.Total {
			c.pacer.pause(after)
		}
		return nil, t
	case status/100 == 2 && isHTML(answer.Header):
		drain(answer)
		if k.Op == Write {
			// A page comes from something in between, which may or may not have passed the
			// request on.
			t.reason = fmt.Sprintf("answered %d with a page of HTML", status)
			return nil, t
		}
		return nil, &attemptError{
			kind: unusable, tries: triesHTML, reason: fmt.Sprintf("answered %d with a page of HTML instead of JSON", status),
			hint: hintBaseURL,
		}
	case status/100 == 2 && k.Stream != nil:
		return k.stream(answer, w)
	}
	return k.read(answer)
}

// slowDown reports a 429 to the pacer.
func (k *call) slowDown(epoch uint64, t *attemptError) {
	c := k.client
	r := c.pacer.limited(epoch, t.after, t.given, c.cfg.Retry.Total)
	if t.given {
		t.hint = "lower the account's rate or concurrency"
	}
	if !r.cut {
		return
	}
	c.observe(
		Event{Kind: Slowed, Op: k.Op, Name: k.Name, Status: t.status, Attempt: k.attempts, Wait: r.held, Rate: r.rate},
	)
	line := c.log.Info().Str("account", c.cfg.Account).Str("provider", c.cfg.Provider).
		Int("http_status", t.status).Int64("wait_ms", r.held.Milliseconds())
	k.logRequestID(line)
	line.Msgf("the host asked to slow down; continuing at %.3g/s", r.rate)
}

// logRequestID adds the host's id of the request to a log line, if there is one.
func (k *call) logRequestID(line *zerolog.Event) {
	if k.requestID != "" {
		line.Str("request_id", k.requestID)
	}
}

// cap returns the limit of the client, or that of the request if it is lower.
func (k *call) cap(limit int64) int64 {
	if k.MaxBytes > 0 {
		return min(limit, k.MaxBytes)
	}
	return limit
}

// read reads the whole body into memory.
func (k *call) read(answer *http.Response) (*Response, *attemptError) {
	limit := k.cap(k.client.cfg.MaxBody)
	if answer.StatusCode/100 != 2 {
		limit = min(limit, errorBodyMax)
	}
	body, t := openBody(answer, limit, nil)
	if t != nil && k.Op == Write && t.kind == unusable {
		// The write happened; only the body of its answer cannot be read.
		return k.response(answer, nil), nil
	}
	if t != nil {
		return nil, t
	}
	data, err := readAll(body, answer.ContentLength)
	switch {
	case err == errTooLarge && answer.StatusCode/100 != 2:
		// The status says enough.
	case err != nil:
		return nil, readError(err, limit)
	case k.Op != Write && answer.StatusCode/100 == 2 && isJSON(answer.Header) && len(data) > 0 && !json.Valid(data):
		return nil, readError(ErrBroken, limit)
	case k.Op != Write && containers(data, containersMax) > containersMax:
		return nil, &attemptError{
			kind:   unusable,
			reason: fmt.Sprintf("the answer holds more than %d objects and lists", containersMax),
		}
	}
	if t := k.Volume.add(body.read); t != nil {
		return nil, t
	}
	if answer.StatusCode/100 != 2 {
		data = unquote(data, answer.Request)
	}
	return k.response(answer, data), nil
}

// stream hands the body to the request's reader and proves that it was read to its end.
func (k *call) stream(answer *http.Response, w watch) (*Response, *attemptError) {
	limit := k.cap(k.client.cfg.MaxStream)
	body, t := openBody(answer, limit, &w)
	if t != nil {
		return nil, t
	}
	err := k.Stream(answer.StatusCode, answer.Header, body)
	if err == nil && body.err == nil {
		// A reader stops at the closing bracket. Only the end of the body shows that the
		// host did not break off.
		_, _ = io.CopyN(io.Discard, body, drainMax)
		if !body.whole {
			err = ErrBroken
		}
	}
	_, isSyntax := errors.AsType[*json.SyntaxError](err)
	switch {
	case body.err != nil:
		return nil, readError(body.err, limit)
	case isSyntax, errors.Is(err, ErrBroken), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, readError(ErrBroken, limit)
	case err != nil:
		return nil, k.giveUp(fmt.Errorf("%s: %w", k.Name, err))
	}
	if t := k.Volume.add(body.read); t != nil {
		return nil, t
	}
	return k.response(answer, nil), nil
}

func (k *call) response(answer *http.Response, body []byte) *Response {
	return &Response{
		Status:    answer.StatusCode,
		Header:    answer.Header,
		Body:      body,
		RequestID: k.requestID,
		Attempts:  k.attempts,
	}
}

// record logs one attempt.
func (k *call) record(resp *Response, t *attemptError, waited, took time.Duration) {
	status, c := 0, k.client
	var date time.Time
	if resp != nil {
		status = resp.Status
		date, _ = http.ParseTime(resp.Header.Get("Date"))
	} else if t.status != 0 {
		status = t.status
	}
	c.observe(Event{
		Kind: Attempted, Op: k.Op, Name: k.Name, Method: k.Method, Path: k.url.EscapedPath(), Status: status, Attempt: k.attempts, Wait: waited, Duration: took, Date: date,
	})
	line := c.log.Debug()
	if !line.Enabled() {
		return
	}
	line.Str("account", c.cfg.Account).Str("provider", c.cfg.Provider).Stringer("op", k.Op).
		Str("method", k.Method).Str("path", k.shown).Int("attempt", k.attempts).
		Int64("wait_ms", waited.Milliseconds()).Int64("duration_ms", took.Milliseconds())
	if status != 0 {
		line.Int("http_status", status)
	}
	k.logRequestID(line)
	if k.CredentialID != "" {
		line.Str("credential_id", k.CredentialID)
	}
	if t != nil && t.reason != "" {
		line.Str("error", t.reason)
	}
	line.Msg(k.Name)
}

// requestIDHeaders are the headers in which hosts identify a request, the most specific
// first: Seam API reference (seam-request-id), PingOne platform reference (transaction id,
// correlation id), DoorFlow's SDK (x-request-id).
var requestIDHeaders = []string{
	"Seam-Request-Id",
	"X-Ping-External-Transaction-Id",
	"Correlation-Id",
	"X-Request-Id",
	"X-Correlation-Id",
}

// requestID returns the host's id of the request; empty if there is none or it does not
// look like an id.
func requestID(h http.Header) string {
	for _, name := range requestIDHeaders {
		id := h.Get(name)
		odd := func(r rune) bool { return r <= ' ' || r > '~' }
		if id != "" && len(id) <= 128 && !strings.ContainsFunc(id, odd) {
			return id
		}
	}
	return ""
}
