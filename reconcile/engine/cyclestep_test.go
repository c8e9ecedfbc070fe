package engine

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"keyroster/reconcile"
)

// TestACycleKeepsWhatSomebodyWroteMeanwhile changes or deletes each record of a cycle after each of
// its writes, also while the cycle is undone: what somebody wrote stays, nobody is left on a
// temporary value, and nothing has to be refused.
func TestACycleKeepsWhatSomebodyWroteMeanwhile(t *testing.T) {
	const n, foreign = 5, "99999999"
	for after := range 2*n + 1 {
		for edited := range n {
			for _, broken := range []int{-1, n - 1} {
				for _, deleted := range []bool{false, true} {
					at := fmt.Sprintf("c%d after %d writes, deleted %v, refused %d", edited, after, deleted, broken)
					synctest.Test(t, func(t *testing.T) {
						p, rows := swap(n)
						if broken >= 0 {
							p.script[fmt.Sprint("c", broken)] = []fault{{class: reconcile.Refused}}
						}
						id, writes, held := fmt.Sprint("c", edited), 0, ""
						p.wrote = func() {
							if writes++; writes != after {
								return
							}
							if held = p.records[id][2]; deleted {
								delete(p.records, id)
							} else {
								p.put(id, fmt.Sprint("h", edited), "card", foreign)
							}
						}
						run := Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 1, Park: parking})
						if now, there := p.records[id]; held != "" && (there == deleted || there && now[2] != foreign) {
							t.Errorf("%s: what somebody wrote was overwritten with %s: %v", at, now[2], p.log)
						}
						checkCycle(t, at, p, run, edited, held)
					})
				}
			}
		}
	}
}

// checkCycle compares a run with the records; one record was edited when it had the value held, or
// never if held is empty.
func checkCycle(t *testing.T, at string, p *provider, run *Run, edited int, held string) {
	if len(run.Parked) > 0 || p.clashes > 0 {
		t.Errorf("%s: parked %v, %d clashes: %v", at, run.Parked, p.clashes, p.log)
	}
	n := len(run.Plan.Lines)
	for i := range n {
		now, res := p.records[fmt.Sprint("c", i)][2], run.Result(i)
		if i == edited && held != "" {
			// If it had what its row wants, nobody looked again, and the listing after the writes
			// tells. Otherwise the run itself saw the edit.
			if done := held == cardNumber((i+1)%n); !done && (res.Outcome == reconcile.Applied || res.Reason == "") {
				t.Errorf("%s: the record is said to be %v (%s)", at, res.Outcome, res.Reason)
			}
			continue
		}
		if now != cardNumber(i) && now != cardNumber((i+1)%n) {
			t.Errorf("%s: c%d is left on %s: %v", at, i, now, p.log)
		}
		if (res.Outcome == reconcile.Applied) != (now == cardNumber((i+1)%n)) {
			t.Errorf("%s: c%d holds %s and is said to be %v (%s)", at, i, now, res.Outcome, res.Reason)
		}
	}
}

// TestACycleReadsARecordForEachWrite counts the cost: one more read for each record but the parked
// one, one before it leaves its temporary value, and one that sees that it did.
func TestACycleReadsARecordForEachWrite(t *testing.T) {
	for freshness, want := range map[Freshness]int{FreshRead: 9, FreshListing: 1} {
		synctest.Test(t, func(t *testing.T) {
			p, rows := swap(4)
			Apply(t.Context(), p.plan(t, true, rows...), Options{Provider: p, Concurrency: 1, Park: parking, Freshness: freshness})
			reads := 0
			for _, call := range p.log {
				if strings.HasPrefix(call, "read ") {
					reads++
				}
			}
			if reads != want {
				t.Errorf("%s: %d reads, want %d: %v", freshness, reads, want, p.log)
			}
		})
	}
}
