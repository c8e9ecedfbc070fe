package pingone_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"keyroster/providers/pingone"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
)

// TestLawMovedOrLost: what moves from one environment to another is there: a second plan changes
// nothing, and each part of a document that the copy lacks is named as a loss.
func TestLawMovedOrLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var types []any
		for n := range rapid.IntRange(1, 3).Draw(rt, "types") {
			one := drawType(rt, n)
			one["title"] = fmt.Sprint("Card ", n)
			types = append(types, one)
		}
		state, err := json.Marshal(map[string]any{"credential_types": types})
		if err != nil {
			rt.Fatal(err)
		}
		from, to := openAccount(t, options{state: string(state)}), openAccount(t, options{})
		source, err := from.client.List(t.Context(), reconcile.Scope{Beyond: true}, nil)
		if err != nil {
			rt.Fatal(err)
		}
		build := func() *reconcile.Plan {
			move := migration.Build(migration.Input{
				From: migration.Side{Account: "a", Title: "PingOne", Schema: pingone.Schema}, To: migration.Side{Account: "b", Title: "PingOne", Schema: pingone.Schema},
				Listing: source, Now: time.Unix(0, 0),
			})
			listing := to.list()
			wanted, err := to.client.Resolve(t.Context(), move.Roster, listing)
			if err != nil {
				rt.Fatal(err)
			}
			lost := map[int]map[string]bool{}
			for _, l := range move.Losses {
				if lost[l.Record] == nil {
					lost[l.Record] = map[string]bool{}
				}
				lost[l.Record][l.Column] = true
			}
			for n, one := range types {
				for _, member := range []string{"openid4VCI", "metadata.hologram", "onDelete.later"} {
					if has := memberOf(one, member); has && !lost[n][member] {
						rt.Fatalf("%s of %s is neither moved nor lost", member, state)
					}
				}
			}
			return reconcile.Diff(move.Roster, wanted, listing, reconcile.Policy{})
		}
		plan := build()
		sent := 0
		for line := range plan.Lines {
			if plan.Lines[line].Sends() {
				if _, err := to.client.Write(t.Context(), plan.Change(line)); err != nil {
					continue // the service refuses what this type holds: nothing is claimed of it
				}
				sent++
			}
		}
		again := build()
		unchanged := 0
		for line := range again.Lines {
			if again.Lines[line].Outcome == reconcile.Unchanged {
				unchanged++
			}
		}
		if unchanged != sent {
			rt.Fatalf("%s: %d were made, and %d are as they were", state, sent, unchanged)
		}
	})
}

// memberOf reports whether a document has a member, or a member of a member.
func memberOf(document any, name string) bool {
	object, _ := document.(map[string]any)
	var inner string
	for i, c := range name {
		if c == '.' {
			object, _ = object[name[:i]].(map[string]any)
			inner = name[i+1:]
		}
	}
	if inner == "" {
		inner = name
	}
	return object[inner] != nil
}
