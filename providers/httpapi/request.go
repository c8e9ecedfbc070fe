// Package httpapi is the one transport of all providers: pacing, retries by the class of an
// operation, size caps, redaction, request ids, and a tuned connection pool. A provider
// describes calls as [Request]s; what an answer means is left to the provider.
//
// # Invariants
//
//   - [Op] decides what may be repeated, never the HTTP verb.
//   - A [Write] is sent again only when the request certainly was not processed. Everything
//     doubtful is a failure of class Lost.
//   - Every attempt of a Write asks [Config.Gate], if there is one, after everything that
//     can make it wait.
//   - A refresh token is spent under the lock of its [TokenStore], and the answer is stored
//     before it is used.
//   - No redirect is followed, and no link to another origin is called: the
//     token never leaves the origin of the base URL.
//   - No error and no log line holds a header, a body or a query value.
//   - The package starts no goroutine of its own; the only ones are those of net/http's
//     connections, which end with [Client.Close].
package httpapi

import (
	"io"
	"net/http"
	"net/url"

	"keyroster/reconcile"
)

// Op is the class of an operation. It decides retries, dry runs and the meaning of a lost
// answer, never the HTTP verb (Seam reads by POST).
type Op uint8

const (
	// Read changes nothing: always safe to repeat.
	Read Op = iota
	// Write changes or deletes a record: repeated only when the request
	// certainly was not processed (429, refused connection).
	Write
	// Login gets or refreshes a token; allowed in a dry run. It is repeated
	// like a Read, but sent without the client's [Authorizer], and a 401 is
	// returned as a [Response].
	Login
)

var opNames = [...]string{"read", "write", "login"}

// String returns the class's name in logs.
func (o Op) String() string { return opNames[o] }

// Request is one call.
type Request struct {
	// Name says in messages and logs what the call does: "list credentials page 3".
	Name string
	Op   Op
	// Method and Path (appended to the base URL, already escaped), Query.
	Method string
	Path   string
	Query  url.Values
	// Link is an absolute URL from an earlier answer, called verbatim in place of Path and
	// Query. It is refused (Unsafe) unless it lies at or below the base URL's own scheme,
	// host and path.
	Link string
	// Header is added to the client's own headers. It is never logged.
	Header http.Header
	// JSON is marshalled as the body, without escaping <, > and &; nil sends
	// none.
	JSON any
	// Form is sent as the body instead, url-encoded; nil sends none.
	Form url.Values
	// Stream, for a 2xx answer, reads the decoded body instead of Response.Body; the body
	// is capped by the client's size limit. For a Read it is called anew on every attempt,
	// so it must start over. An error that is, or wraps, [ErrBroken], [io.ErrUnexpectedEOF]
	// or a *[json.SyntaxError], and any error after the connection failed, is a broken
	// answer and treated like a cut one; every other error is returned to the caller,
	// wrapped, and not repeated. It must not call the client.
	//
	// Large listings should use it: a whole [Response.Body] of a Read is checked to be
	// well-formed JSON, a stream is checked by its reader.
	Stream func(status int, header http.Header, body io.Reader) error
	// MaxBytes caps the decoded body of this call below the client's own limit, for a
	// buffered page whose elements can only take so much. 0 is the client's limit.
	MaxBytes int64
	// Volume adds up the bytes of this call and the other pages of its list.
	Volume *Volume
	// Raw429 returns a 429 as a [Response] at once: for a route with a limiter of its own
	// (DoorFlow API v3 reference, sync: the answer's retry_in), so that it neither holds
	// nor slows the other requests.
	Raw429 bool
	// CredentialID is logged with the call.
	CredentialID string
}

// Response is a whole answer with a 2xx or 4xx status. The client itself handles 5xx, 408,
// 3xx, 401 (but for [Login]) and 429 (but for [Request.Raw429]), which therefore never
// appear here.
//
// A 2xx to a [Write] is an accepted write even if its body is not JSON: a provider that
// cannot decode it must not call the write failed. A page of HTML is not an answer of the
// API: to a [Read] it counts as none, to a Write as lost.
type Response struct {
	Status int
	Header http.Header
	// Body is empty after a stream.
	Body      []byte
	RequestID string
	Attempts  int
}

// Receipt returns the receipt of an accepted change that left a record with this id.
func (r *Response) Receipt(id string) reconcile.Receipt {
	return reconcile.Receipt{ID: id, HTTPStatus: r.Status, RequestID: r.RequestID, Attempts: r.Attempts}
}

// OK reports whether the status is 2xx.
func (r *Response) OK() bool { return r.Status/100 == 2 }
