package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"keyroster/providers/sandbox"
)

// witness sits in front of a sandbox's API and looks at the state after every request that may
// write: no holder may have fewer working credentials than before the world or in its goal,
// whichever is less. A credential works if it holds a value that the listing, the roster or an edit
// gave it; the holder of one on a temporary value is in transit.
type witness struct {
	sandbox.API
	kind *chaosKind

	mu     sync.Mutex
	least  map[string]int
	known  map[string]bool
	broken []string
	writes int
	// strips: the provider stores no leading zeros. told counts how often the doors
	// were told while a holder was on a temporary value.
	strips bool
	told   int
	// transits counts the looks at which a holder was in transit.
	transits int
	// kill is called at a later request, before or after it is carried out; left counts down to it.
	kill  func()
	left  int
	after bool
}

// killAt has a process killed at the nth request from now that may write, before it is carried out
// or before it is answered. 0 cancels that.
func (w *witness) killAt(n int, after bool, kill func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.after, w.kill = n, after, kill
}

// strike kills if it is time; the witness must be locked.
func (w *witness) strike(after bool) {
	if w.left == 0 && w.after == after && w.kill != nil {
		w.kill()
		w.kill = nil
	}
}

// ServeHTTP implements [http.Handler]. Writes go one after another, so that no two are looked at as
// one.
func (w *witness) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.API.ServeHTTP(out, r)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left--
	w.strike(false)
	if strings.HasSuffix(r.URL.Path, "/sync") && len(w.parked()) > 0 {
		w.told++
	}
	w.API.ServeHTTP(out, r)
	w.strike(true)
	w.look(r.Method + " " + r.URL.Path)
}

// state returns the API's state, decoded.
func (w *witness) state() (chaosState, error) {
	text, err := json.Marshal(w.State())
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	out := chaosState{}
	for name, raw := range members {
		var list []map[string]any
		if json.Unmarshal(raw, &list) == nil {
			out[name] = list
		}
	}
	return out, nil
}

// guard begins to watch over a goal.
func (w *witness) guard(state chaosState, g *chaosGoal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.least, w.known = map[string]int{}, map[string]bool{}
	for _, r := range state[w.kind.collection] {
		w.least[w.kind.holderOf(r)]++
		w.known[w.kept(fmt.Sprint(r[w.kind.value]))] = true
	}
	for holder, n := range w.least {
		w.least[holder] = min(n, n-g.lost[holder]+g.gained[holder])
	}
	for _, value := range g.values {
		w.known[w.kept(value)] = true
	}
	for _, value := range g.made {
		w.known[w.kept(value)] = true
	}
}

// kept returns a value as the provider stores it.
func (w *witness) kept(value string) string {
	if w.strips {
		return sandbox.Stripped(value)
	}
	return value
}

// parked returns the records on temporary values; the witness must be locked.
func (w *witness) parked() (ids []string) {
	state, err := w.state()
	if err != nil || w.known == nil {
		return nil
	}
	for _, r := range state[w.kind.collection] {
		if r["deletedAt"] == nil && !w.known[w.kept(fmt.Sprint(r[w.kind.value]))] {
			ids = append(ids, fmt.Sprint(r[w.kind.id]))
		}
	}
	return ids
}

// edited notes that a value was written behind our back.
func (w *witness) edited(value string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[w.kept(value)] = true
}

func (w *witness) look(after string) {
	if w.least == nil {
		return
	}
	w.writes++
	state, err := w.state()
	if err != nil {
		w.broken = append(w.broken, err.Error())
		return
	}
	working, parked := w.count(state)
	if len(parked) > 0 {
		w.transits++
	}
	for holder, least := range w.least {
		if working[holder] < least && working[holder]+parked[holder] < least {
			w.broken = append(w.broken, fmt.Sprintf("%s has %d working credentials after %s, and %d are planned", holder, working[holder], after, least))
		}
	}
}

// count counts, by holder, the credentials that work and those that are parked.
func (w *witness) count(state chaosState) (working, parked map[string]int) {
	working, parked = map[string]int{}, map[string]int{}
	for _, r := range state[w.kind.collection] {
		switch {
		case r["deletedAt"] != nil:
		case w.known[w.kept(fmt.Sprint(r[w.kind.value]))]:
			working[w.kind.holderOf(r)]++
		default:
			parked[w.kind.holderOf(r)]++
		}
	}
	return working, parked
}

// verdict returns what broke, including at the end, when no holder may be in transit.
func (w *witness) verdict() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	state, err := w.state()
	if err != nil {
		return err.Error()
	}
	working, parked := w.count(state)
	for holder, least := range w.least {
		if working[holder] < least {
			w.broken = append(w.broken, fmt.Sprintf("%s ends with %d working credentials, and %d are planned", holder, working[holder], least))
		}
	}
	if len(parked) > 0 {
		w.broken = append(w.broken, fmt.Sprintf("left on temporary values: %v", parked))
	}
	return strings.Join(w.broken, "\n")
}
