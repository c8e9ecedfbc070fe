// Package sandbox serves a provider's API on loopback, with faults, for tests, samples and
// rehearsals over real HTTP. Each provider brings its [API]; this package adds latency,
// rate limit, faults, the control paths and the listener.
//
// It also has the parts of such a fake: records made from the API's own JSON objects, in
// collections that a state file fills and edits change, behind one lock ([Store]), with
// generated ids, sample people and switches.
package sandbox

import (
	"encoding/json"
	"net/http"
	"time"
)

// API is one provider's API, auth included, holding its state in memory. It is
// safe for concurrent use.
type API interface {
	http.Handler
	// State is the current state in the form of the state file, for encoding/json.
	State() any
	// Reset restores the state that the API was made with.
	Reset()
	// Edit changes the state behind the client's back.
	Edit(Edit) error
	// Welcome has the members of the first line that the sandbox prints, besides provider
	// and url: auth, and environment_id or workspace_id and auth_url if the provider has
	// them. base is the sandbox's own URL.
	Welcome(base string) map[string]any
	// Lag makes reads of records, including listings, answer for this long with the state
	// before a write. State, writes and everything else see it at once.
	Lag(time.Duration)
	// ExpireTokens invalidates every access token issued so far.
	ExpireTokens()
	// Exempt reports whether a path has neither faults nor the rate limit. Token endpoints
	// have none: a refresh token that rotated in a lost answer would lock the client out
	// for good, and nothing more could be learnt.
	Exempt(path string) bool
	// FaultKey is added to method, path and query when a fault is drawn, if these do not
	// say which record a request is about: the id in its body, for instance. With it, the
	// order of concurrent requests does not change which of them meets a fault.
	FaultKey(r *http.Request, body []byte) string
}

// Options are the options of an API.
type Options struct {
	// State is a state file's content; nil is an empty account.
	State []byte
	// Generate adds that many plausible credentials, drawn from Seed.
	Generate int
	Seed     uint64
	// Settle is how long accepted changes take to reach doors or wallets.
	Settle time.Duration
	// Place distinguishes the account from others of the same seed and state: a name, or a
	// port. Empty is none.
	Place string
	// Set holds provider-specific switches ("uniqueness=type"), as the provider's sandbox
	// documents them.
	Set map[string]string
}

// Edit is the body of POST /_sandbox/edit: exactly one of Set, Delete and
// Insert.
type Edit struct {
	Collection string          `json:"collection"`
	ID         json.RawMessage `json:"id,omitempty"`
	Set        json.RawMessage `json:"set,omitempty"`
	Delete     bool            `json:"delete,omitempty"`
	Insert     json.RawMessage `json:"insert,omitempty"`
}

// RowFault makes a list handler damage one page: drop one of its records or repeat one. It
// travels in the request's context; see [RowFaultOf].
type RowFault uint8

// The faults of a page.
const (
	NoRowFault RowFault = iota
	DropRow
	RepeatRow
)
