package providers

import (
	"strings"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Endpoint is one call of a provider's API: a method and a path, in which {} is what
// differs from call to call: "GET /people/{}/credentials".
type Endpoint string

// Call is an endpoint and the class of operation it is called for.
type Call struct {
	Op       httpapi.Op
	Endpoint Endpoint
}

// Calls counts calls.
type Calls map[Call]int

// Read and Write count calls of their class.
func (c Calls) Read(e Endpoint, n int)  { c.add(httpapi.Read, e, n) }
func (c Calls) Write(e Endpoint, n int) { c.add(httpapi.Write, e, n) }

func (c Calls) add(op httpapi.Op, e Endpoint, n int) {
	if n > 0 {
		c[Call{op, e}] += n
	}
}

// Forecast describes what a plan is about to do.
type Forecast struct {
	Changes []reconcile.Change
	// Fresh: each record is read just before its write.
	Fresh bool
	// Looks counts additional reads of a record, made to see its present state.
	Looks int
	// Listing is the one that the plan was made from.
	Listing *reconcile.Listing
}

// EndpointOf returns the endpoint that a call used: the longest one that matches the end of
// its path, since base URLs differ. A call that matches none is returned as its own
// endpoint.
func EndpointOf(endpoints []Endpoint, method, path string) Endpoint {
	found, most := Endpoint(method+" "+path), 0
	have := strings.Split(strings.Trim(path, "/"), "/")
	for _, e := range endpoints {
		verb, shape, _ := strings.Cut(string(e), " ")
		want := strings.Split(strings.Trim(shape, "/"), "/")
		if verb == method && len(want) <= len(have) && len(want) > most && fits(want, have[len(have)-len(want):]) {
			found, most = e, len(want)
		}
	}
	return found
}

func fits(want, have []string) bool {
	for i := range want {
		if want[i] != "{}" && want[i] != have[i] {
			return false
		}
	}
	return true
}

// MorePages returns how many pages are added to a list of records when it grows by more; an
// empty list is one page.
func MorePages(records, more, size int) int {
	pages := func(n int) int { return max(1, (n+size-1)/size) }
	return pages(records+more) - pages(records)
}
