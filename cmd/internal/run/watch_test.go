package run_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"keyroster/providers/sandbox"
)

// watched sits in front of the sandbox's API and looks at what each write did.
type watched struct {
	sandbox.API
	// arrive is called by each request that may write, before it is carried out, from several
	// goroutines; nil for nothing.
	arrive func(r *http.Request)

	mu sync.Mutex
	// idle are the writes that changed nothing: what they ask for had been done before.
	idle []string
	// arrived are the writes that came in, whatever became of them; syncs are not among them.
	arrived []string
	// told counts the syncs; early counts the credentials that held, at a sync, a value that
	// neither the account nor a roster named.
	told, early int
	// known are the values that the doors may be told.
	known map[string]bool
}

// credential is one as the sandbox keeps it.
type credential struct {
	ID     string `json:"id"`
	Type   int    `json:"credential_type_id"`
	Person int    `json:"person_id"`
	Value  string `json:"value"`
}

// ServeHTTP implements [http.Handler].
func (w *watched) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.API.ServeHTTP(out, r)
		return
	}
	if w.arrive != nil {
		w.arrive(r)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/sync") {
		w.told++
		for _, c := range w.credentials() {
			if w.known != nil && !w.known[c.Value] {
				w.early++
			}
		}
		w.API.ServeHTTP(out, r)
		return
	}
	was := w.credentials()
	w.API.ServeHTTP(out, r)
	call := r.Method + " " + r.URL.Path
	w.arrived = append(w.arrived, call)
	if reflect.DeepEqual(was, w.credentials()) {
		w.idle = append(w.idle, call)
	}
}

// credentials returns those of the account.
func (w *watched) credentials() []credential {
	text, err := json.Marshal(w.State())
	var state struct{ Credentials []credential }
	if err == nil {
		err = json.Unmarshal(text, &state)
	}
	if err != nil {
		panic(err)
	}
	return state.Credentials
}

// held returns what the account holds.
func (w *watched) held() held {
	out := held{}
	for _, c := range w.credentials() {
		key := fmt.Sprintf("%s of %d", map[int]string{31: "pin", 32: "card"}[c.Type], c.Person)
		if other, twice := out[key]; twice {
			key = "another " + key + " beside " + other
		}
		out[key] = c.Value
	}
	return out
}

// may sets which values the doors may be told.
func (w *watched) may(values ...held) {
	w.known = map[string]bool{}
	for _, h := range values {
		for _, value := range h {
			w.known[value] = true
		}
	}
}
