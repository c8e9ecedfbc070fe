// Package httpapi is the one transport of all providers: pacing, retries by
// the class of an operation, size caps, redaction, request ids, and a tuned
// connection pool. A provider describes calls as [Request]s; what an answer
// means is its own business.
package httpapi

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Op is the class of an operation. Retries, dry runs and the meaning of a lost
// answer go by it, never by the HTTP verb (Seam reads by POST).
type Op uint8

const (
	// Read changes nothing: always safe to repeat.
	Read Op = iota
	// Write changes or deletes a record: repeated only when the request
	// certainly was not processed (429, refused connection).
	Write
	// Login gets or refreshes a token; allowed in a dry run.
	Login
)

// Request is one call.
type Request struct {
	// Name says in messages and logs what the call does: "list credentials page 3".
	Name string
	Op   Op
	// Method and Path (appended to the base URL, already escaped), Query.
	Method string
	Path   string
	Query  url.Values
	// JSON is marshalled as the body; nil sends none.
	JSON any
	// Stream, for a 2xx answer, reads the decoded body instead of
	// Response.Body; the body is capped by the client's size limit. For a
	// Read it is called anew on every attempt, so it must start over.
	Stream func(status int, header http.Header, body io.Reader) error
	// CredentialID is logged with the call.
	CredentialID string
}

// Response is an answer with any status below 500 other than 401 and 429,
// which the client deals with itself.
type Response struct {
	Status    int
	Header    http.Header
	Body      []byte
	RequestID string
	Attempts  int
}

// Rate is a ceiling on requests. The zero value is no ceiling.
type Rate struct {
	Requests int
	Per      time.Duration
}

// String is the rate as configurations spell it: 5/s, 600/m or none.
func (r Rate) String() string {
	switch {
	case r.Requests == 0:
		return "none"
	case r.Per == time.Minute:
		return fmt.Sprintf("%d/m", r.Requests)
	}
	return fmt.Sprintf("%d/s", r.Requests)
}
