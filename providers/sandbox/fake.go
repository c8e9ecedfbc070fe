package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
)

// State is what a fake holds.
type State interface {
	// Parts are the parts of the state file, in its order.
	Parts() []Part
}

// Fake is the base of a provider's fake: a state behind a lock, and routes on it. With
// Welcome and ExpireTokens it is an [API]. It is safe for concurrent use.
type Fake[S State] struct {
	*Store[S]
	// Mux has the routes; see [Fake.Handle].
	Mux *http.ServeMux

	header   string
	requests atomic.Uint64
}

// Exempt exempts no path.
func (*Fake[S]) Exempt(string) bool { return false }

// FaultKey is empty: method, path and query say which record is requested.
func (*Fake[S]) FaultKey(*http.Request, []byte) string { return "" }

// NewFake makes a fake without routes, after applying the options' switches. header is the
// one that holds an answer's request id. empty makes a state, which the state file fills;
// then finish adds what is generated. Errors are about the switches and the state file.
//
// For [Store.Lag], a state is copied by its method Again if it has one, and otherwise by
// its parts, followed by a method Inherit if it has one.
func NewFake[S State](o Options, switches Switches, header string, empty func() S, finish func(S)) (*Fake[S], error) {
	if err := switches.read(o.Set); err != nil {
		return nil, err
	}
	fresh := func() (S, error) {
		state := empty()
		if err := decode(state.Parts(), o.State); err != nil {
			return state, err
		}
		finish(state)
		return state, nil
	}
	again := func(old S) S {
		if copier, ok := any(old).(interface{ Again() S }); ok {
			return copier.Again()
		}
		state := empty()
		if err := decode(state.Parts(), encode(old.Parts())); err != nil {
			panic("read a state that was good before: " + err.Error())
		}
		if heir, ok := any(state).(interface{ Inherit(S) }); ok {
			heir.Inherit(old)
		}
		return state
	}
	store, err := NewStore(fresh, again)
	if err != nil {
		return nil, err
	}
	return &Fake[S]{Store: store, Mux: http.NewServeMux(), header: header}, nil
}

// State returns the state in the form of the state file, secrets in clear.
func (f *Fake[S]) State() any {
	var file json.RawMessage
	f.Read(func(state S) { file = encode(state.Parts()) })
	return file
}

// Edit changes a part of the state behind the client's back, without the checks
// of the API.
func (f *Fake[S]) Edit(e Edit) error {
	var err error
	f.Write(func(state S) { err = e.apply(state.Parts()) })
	return err
}

// Requests counts the requests so far.
func (f *Fake[S]) Requests() uint64 { return f.requests.Load() }

// ServeHTTP serves the routes.
func (f *Fake[S]) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(f.header, "sandbox-"+strconv.FormatUint(f.requests.Add(1), 10))
	f.Mux.ServeHTTP(w, r)
}

// Answer is the answer of a route.
type Answer struct {
	Status int
	// Kind is the Content-Type; without a kind and a body, only the status is sent.
	Kind   string
	Body   []byte
	Header map[string]string
	// Applied: the request changed the state.
	Applied bool
	// Sent, if not nil, is called once the body is sent.
	Sent func()
}

// maxBody bounds the body of a request.
const maxBody = 8 << 20

// Handle adds a route. guard refuses a request, or passes it with nil; a nil guard passes
// all. within is how the handler gets the state: [Store.Read], [Store.Serve] or
// [Store.Write]. The request's body is read before that and the answer sent after it: a
// slow client does not hold up others.
func (f *Fake[S]) Handle(
	pattern string, guard func(*http.Request) *Answer, within func(func(S)), handle func(S, *http.Request) *Answer,
) {
	f.Mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var answer *Answer
		if guard != nil {
			answer = guard(r)
		}
		if answer == nil {
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
			r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), broken{err}))
			within(func(state S) { answer = handle(state, r) })
		}
		answer.send(w, r)
	})
}

// broken is a body that ends with an error.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	return 0, io.EOF
}

// Changed sets whether the request changed the state.
func (a *Answer) Changed(changed bool) *Answer {
	a.Applied = changed
	return a
}

func (a *Answer) send(w http.ResponseWriter, r *http.Request) {
	if a.Applied {
		MarkApplied(r.Context())
	}
	for name, value := range a.Header {
		w.Header().Set(name, value)
	}
	if a.Kind == "" && a.Body == nil {
		w.WriteHeader(a.Status)
		return
	}
	Send(w, a.Status, a.Kind, a.Body)
	if a.Sent != nil {
		a.Sent()
	}
}
