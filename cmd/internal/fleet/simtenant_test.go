package fleet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"keyroster/providers"
	"keyroster/providers/sandbox"
)

// tenant is a tenant at its provider, with the sandbox that plays it.
type tenant struct {
	world  *simulation
	kind   *kind
	spec   *providers.Spec
	api    sandbox.API
	server *sandbox.Server
	seed   uint64

	mu sync.Mutex
	// owner is the process that last took the tenant's lock.
	owner *process
	// asked counts identical requests.
	asked map[uint64]uint64
	// known are the values that are not temporary; made counts the fresh ones.
	known map[string]bool
	made  int
	// held are the values of the records after the last write; written are those that each was
	// given since the night began, an empty one when it was deleted.
	held    map[string]string
	written map[string][]string
	// seen is the state after the last write.
	seen json.RawMessage
	// shared has the share of each record that was there from the beginning; those made later
	// belong to the first.
	shared map[string]int
	// read is how much of the sandbox's log has been read.
	read int
}

// witness stands in front of the sandbox's API and looks at the records after each request that may
// write. Writes go one after the other.
type witness struct {
	sandbox.API
	of      *tenant
	writing sync.Mutex
}

// ServeHTTP implements [http.Handler].
func (w *witness) ServeHTTP(to http.ResponseWriter, r *http.Request) {
	if !w.of.kind.writes(r) {
		w.API.ServeHTTP(to, r)
		return
	}
	w.writing.Lock()
	defer w.writing.Unlock()
	w.API.ServeHTTP(to, r)
	w.of.look()
}

// look notes how the records have changed.
func (t *tenant) look() {
	text, _ := t.api.State().(json.RawMessage)
	t.mu.Lock()
	defer t.mu.Unlock()
	if bytes.Equal(text, t.seen) {
		return
	}
	t.seen = text
	now := map[string]string{}
	for id, c := range t.credentials(text) {
		now[id] = fmt.Sprint(t.kind.value(&c))
	}
	for id, value := range now {
		if was, is := t.held[id]; !is || was != value {
			t.written[id] = append(t.written[id], value)
		}
	}
	for id := range t.held {
		if _, is := now[id]; !is {
			t.written[id] = append(t.written[id], "")
		}
	}
	t.held = now
}

// share deals the records out.
func (t *tenant) share(shares int) {
	t.shared = map[string]int{}
	text, _ := t.api.State().(json.RawMessage)
	for n, id := range slices.Sorted(maps.Keys(t.credentials(text))) {
		t.shared[id] = n % shares
	}
}

// welcomed returns the state of a tenant with the movers added.
func (t *tenant) welcomed() []byte {
	var state object
	text, _ := t.api.State().(json.RawMessage)
	t.world.must(json.Unmarshal(text, &state))
	t.kind.welcome(state)
	text, err := json.Marshal(state)
	t.world.must(err)
	return text
}

// begin begins a night.
func (t *tenant) begin() {
	if t.held == nil {
		t.look()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.written = map[string][]string{}
}

// taken notes who has the lock.
func (t *tenant) taken(by *process) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.owner = by
}

// takenOver is part of the message about a write from a process that had lost the tenant's lock.
const takenOver = ", which was taken over by "

// sent is told of each write that leaves a process.
func (t *tenant) sent(by *process, r *http.Request) {
	t.mu.Lock()
	owner := t.owner
	t.mu.Unlock()
	if owner != by {
		t.world.violated("%s sends %s %s to %s"+takenOver+"%s",
			by.name, r.Method, r.URL.Path, t.kind.provider, owner.name)
	}
	t.world.strike(by)
}

// lag is how slowly a provider answers.
type lag = int64

const (
	// prompt answers at once.
	prompt lag = iota
	// stumbling is held up now and then, for up to 20 seconds.
	stumbling
	// sluggish takes seconds, and is held up often.
	sluggish
)

// way draws how long a request takes to get there, and its answer to come back. It draws for each
// request separately, so that the order in which they are sent does not matter.
func (t *tenant) way(r *http.Request, body []byte) (there, back time.Duration) {
	hash := fnv.New64a()
	fmt.Fprint(hash, t.seed, r.Method, r.URL.RequestURI())
	_, _ = hash.Write(body)
	key := hash.Sum64()
	lag := t.world.lag.Load()
	t.mu.Lock()
	t.asked[key]++
	n := t.asked[key]
	t.mu.Unlock()
	rng := rand.New(rand.NewPCG(key, n))
	there = time.Duration(1+rng.IntN(200)) * time.Millisecond
	back = time.Duration(1+rng.IntN(200)) * time.Millisecond
	often := 0.06
	if lag == sluggish {
		there += time.Duration(rng.Int64N(int64(5 * time.Second)))
		often = 0.25
	}
	if lag > prompt && rng.Float64() < often {
		if held := time.Duration(rng.Int64N(int64(20 * time.Second))); rng.IntN(2) == 0 {
			there += held
		} else {
			back += held
		}
	}
	return there, back
}

// credential is a record of any provider's sandbox: the members that rosters are made from.
type credential struct {
	ID          any    `json:"id"`
	Type        int    `json:"credential_type_id"`
	Value       any    `json:"value"`
	SeamID      any    `json:"acs_credential_id"`
	Code        any    `json:"code"`
	System      string `json:"external_type"`
	Method      string `json:"access_method"`
	Managed     bool   `json:"is_managed"`
	Parent      any    `json:"parent_acs_credential_id"`
	Description any    `json:"description"`
	Deleted     any    `json:"deletedAt"`
}

// credentials returns those of a state that rosters change, by id.
func (t *tenant) credentials(state json.RawMessage) map[string]credential {
	var all struct {
		DoorFlow []credential `json:"credentials"`
		Seam     []credential `json:"acs_credentials"`
		PingOne  []credential `json:"credential_types"`
	}
	if err := json.Unmarshal(state, &all); err != nil {
		t.world.violated("the state: %v", err)
	}
	found := map[string]credential{}
	for _, c := range *map[string]*[]credential{
		"doorflow": &all.DoorFlow, "seam": &all.Seam, "pingone": &all.PingOne,
	}[t.kind.provider] {
		if t.kind.where(&c) {
			found[fmt.Sprint(t.kind.id(&c))] = c
		}
	}
	return found
}

// objects returns the records of a state by collection.
func (t *tenant) objects(state json.RawMessage) map[string][]object {
	all := map[string][]object{}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(state, &members); err != nil {
		t.world.violated("the state: %v", err)
	}
	for name, raw := range members {
		var list []object
		_ = json.Unmarshal(raw, &list) // what is not a list is not a collection
		all[name] = list
	}
	return all
}

// parked returns the records on temporary values.
func (t *tenant) parked() (ids []string) {
	if !t.kind.parks {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, value := range t.held {
		if !t.known[value] {
			ids = append(ids, id)
		}
	}
	return ids
}

// fresh returns a value that no record holds or has held.
func (t *tenant) fresh() string {
	t.made++
	value := t.kind.fresh(t.made)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known[value] = true
	return value
}

// wrote returns the requests since the last call that changed something, except syncs, by the
// sandbox's own log.
func (t *tenant) wrote() (calls []string) {
	log := t.server.Log()
	for _, e := range log[t.read:] {
		if e.Applied && !strings.HasSuffix(e.Path, "/sync") {
			calls = append(calls, e.Method+" "+e.Path)
		}
	}
	t.read = len(log)
	return calls
}
