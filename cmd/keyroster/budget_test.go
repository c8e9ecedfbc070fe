package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
)

// cmdBudget checks that the calls which a report of a migration foretells are those in the
// sandboxes' logs: budget REPORT ACCOUNT=SANDBOX...
func cmdBudget(ts *testscript.TestScript, args []string) {
	var report struct {
		Account, Provider string
		Migration         reportio.Migration
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	for _, pair := range args[1:] {
		account, name, _ := strings.Cut(pair, "=")
		provider := report.Migration.FromProvider
		if account == report.Account {
			provider = report.Provider
		}
		spec := all.Lookup(provider)
		if spec == nil {
			ts.Fatalf("%s names no provider of %s", args[0], account)
		}
		want, got := map[string]int{}, map[string]int{}
		for _, c := range report.Migration.Calls {
			if c.Account == account {
				want[c.Endpoint] += c.Calls
			}
		}
		var entries []sandbox.Entry
		control(ts, name, http.MethodGet, "log", nil, &entries)
		for _, e := range entries {
			got[string(providers.EndpointOf(spec.Endpoints, e.Method, e.Path))]++
		}
		maps.DeleteFunc(want, func(_ string, n int) bool { return n == 0 })
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			ts.Fatalf("account %s: the budget (-) is not what was called (+):\n%s", account, diff)
		}
	}
}
