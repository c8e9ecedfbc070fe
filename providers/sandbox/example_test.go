package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"keyroster/providers/sandbox"
)

// An API is served on loopback, and each answer is an error although the request took effect: what
// the client was told differs from what happened. The log has both.
func Example() {
	faults, err := sandbox.ParseFaults("500-after=1")
	if err != nil {
		fmt.Println(err)
		return
	}
	url, stop, err := sandbox.Start(context.Background(), &toy{}, sandbox.Config{Provider: "toy", Faults: faults, Seed: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer stop()

	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Post(url+"/add", "", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = answer.Body.Close()
	if answer, err = client.Get(url + "/_sandbox/log"); err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	var log []sandbox.Entry
	err = json.NewDecoder(answer.Body).Decode(&log)
	for _, e := range log {
		fmt.Println(e.Method, e.Path, e.Status, "by", e.Fault+", applied:", e.Applied, err)
	}
	// Output:
	// POST /add 500 by 500-after, applied: true <nil>
}
