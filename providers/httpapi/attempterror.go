package httpapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"time"
)

// kind sorts the ways in which an attempt ends without an answer to hand back.
type kind uint8

const (
	// unsent: no connection, so the host saw nothing.
	unsent kind = iota + 1
	// untrusted: the TLS handshake failed; the host saw nothing.
	untrusted
	// limited: 429.
	limited
	// lost: something was sent and no usable answer came (reset, timeout, cut body, 5xx,
	// 408): the effect of a write is not known.
	lost
	// unusable: a whole answer that repeating will hardly improve (redirect, larger than
	// the cap, a page of HTML).
	unusable
	// final: the error goes to the caller unchanged (cancelled, login, a stream's own
	// error).
	final
)

// attemptError is why an attempt brought no answer. It holds no secret, and nothing of a
// body, a header or a query.
type attemptError struct {
	kind   kind
	status int
	// reason continues "update credential X: …".
	reason, hint string
	// tries limits the attempts for this cause below the policy; 0 does not.
	tries int
	// after is the host's Retry-After, if there is one.
	after time.Duration
	given bool
	// err is the error to return for final.
	err error
}

// repeatable reports whether a call of that class may be sent again.
func (t *attemptError) repeatable(op Op) bool {
	switch t.kind {
	case unsent, limited:
		return true
	case lost:
		return op != Write
	case unusable:
		return op != Write && t.tries > 1
	}
	return false
}

// Fewer attempts are worth while if no host answers at all.
const (
	triesNoHost   = 2
	triesNoAnswer = 3
	triesHTML     = 3
	triesSlow     = 2
)

// errSilent cancels the context of an attempt that takes too long.
var errSilent = errors.New("no answer in time")

// ErrBroken is an answer that was cut short or is not the JSON it should be. A
// [Request.Stream] whose own reader detects that returns it, wrapped or not.
var ErrBroken = errors.New("the answer is cut short or not valid JSON")

// The reasons to stop reading a body.
var (
	errTooLarge = errors.New("answer too large")
	errExpands  = errors.New("answer unpacks to too much")
	errTooSlow  = errors.New("answer too slow")
)

// transportError words an error of the transport. The text of an unknown error is never
// shown: some of net/http's quote the answer. connected is false if the request certainly
// never got a connection.
func transportError(err error, connected bool) *attemptError {
	t := &attemptError{kind: lost, reason: causeOf(err)}
	if tlsError(err, connected, t) {
		return t
	}
	op, isOp := errors.AsType[*net.OpError](err)
	if !connected || isOp && (op.Op == "dial" || op.Op == "proxyconnect") {
		t.kind, t.tries = unsent, triesNoAnswer
		t.hint = "check base_url, the network and the proxy variables"
		if dns, ok := errors.AsType[*net.DNSError](err); ok {
			t.reason = fmt.Sprintf("cannot resolve host %s", dns.Name)
			if dns.IsNotFound {
				t.reason, t.tries = fmt.Sprintf("no such host: %s", dns.Name), triesNoHost
			}
		} else if isOp && op.Addr != nil {
			t.reason = fmt.Sprintf("cannot connect to %s: %s", op.Addr, causeOf(op.Err))
		} else if !isOp {
			t.reason = "cannot get a connection: " + t.reason
		}
	}
	return t
}

// tlsError fills t in if the error is a failed handshake. An alert on a connection that was
// already in use is not.
func tlsError(err error, connected bool, t *attemptError) bool {
	const trust = "if the host's certificate is signed by a private authority, name it in ca_file"
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		t.reason, t.hint = "the host's certificate is signed by an unknown authority", trust
	} else if host, ok := errors.AsType[x509.HostnameError](err); ok {
		t.reason, t.hint = fmt.Sprintf("the host's certificate is not for %s", host.Host), "check base_url"
	} else if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		t.reason, t.hint = "the host's certificate is not valid", trust
		if invalid.Reason == x509.Expired {
			t.reason, t.hint = "the host's certificate has expired or is not valid yet", "check this machine's clock"
		}
	} else if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		t.reason, t.hint = "the host's certificate cannot be verified", trust
	} else if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		t.reason, t.hint = "the host does not speak TLS on this port", "check base_url"
	} else if op, ok := errors.AsType[*net.OpError](err); ok && !connected && (op.Op == "remote error" || op.Op == "local error") {
		t.reason, t.hint = "the TLS handshake failed: "+op.Err.Error(), "the host must speak TLS 1.2 or later"
	} else {
		return false
	}
	t.kind = untrusted
	return true
}

// causeOf names a network error, from a closed list of phrases.
func causeOf(err error) string {
	timeout, isTimeout := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, errSilent):
		return "no answer in time"
	case isAny(err, refused):
		return "connection refused"
	case isAny(err, reset):
		return "connection reset"
	case isAny(err, unreachable):
		return "host unreachable"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was cut short"
	case errors.Is(err, io.EOF):
		return "connection closed without an answer"
	case errors.Is(err, os.ErrDeadlineExceeded),
		errors.Is(err, context.DeadlineExceeded),
		isTimeout && timeout.Timeout():
		return "no answer in time"
	}
	return fmt.Sprintf("connection failed (%T)", err)
}

// isAny reports whether an error is one of the system's errors for the same cause.
func isAny(err error, of []error) bool {
	return slices.ContainsFunc(of, func(one error) bool { return errors.Is(err, one) })
}
