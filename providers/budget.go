package providers

import (
	"strings"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Endpoint is one call of a provider's API: a method and a path, in which {}
// stands for what differs from call to call: "GET /people/{}/credentials".
type Endpoint string

// Call is an endpoint and what it is called for.
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

// Forecast is what a plan is about to do.
type Forecast struct {
	Changes []reconcile.Change
	// Fresh: each record is read just before its write.
	Fresh bool
	// Looks is how often a record is read beside, to see where it stands.
	Looks int
	// Listing is the one that the plan was made from.
	Listing *reconcile.Listing
}

// EndpointOf finds which of the endpoints a call was, by the end of its path,
// since base URLs differ; the longest one that fits. What is none of them is
// its own.
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

// MorePages is how many pages a list takes beyond those that it took, once it
// holds more; an empty list is one page.
func MorePages(records, more, size int) int {
	pages := func(n int) int { return max(1, (n+size-1)/size) }
	return pages(records+more) - pages(records)
}
