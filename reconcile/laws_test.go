package reconcile

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawWorld draws records with unique values and rows over them: most in step, some drifted,
// missing, absent, swapped, doubled or contradicting.
func drawWorld(t *rapid.T) world {
	w := world{schema: badgeSchema(), policy: Policy{Park: rapid.Bool().Draw(t, "park"), Prune: rapid.Bool().Draw(t, "prune")}}
	n := rapid.IntRange(0, 12).Draw(t, "records")
	for i := range n {
		w.have = append(w.have, rec{"credential_id": fmt.Sprint("c", i), "holder_id": fmt.Sprint(i / 2), "type": []string{"pin", "card"}[i%2], "value": fmt.Sprint("v", i)})
	}
	value := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "v0", "v1", "v2", "v3", "v4", "V5", "new0", "new1", "****", "<empty>"}).Draw(t, "value")
	})
	for range rapid.IntRange(0, 14).Draw(t, "rows") {
		row := rec{"value": value.Draw(t, "row value")}
		if n > 0 && rapid.Bool().Draw(t, "by id") {
			row["credential_id"] = fmt.Sprint("c", rapid.IntRange(0, n).Draw(t, "id"))
		}
		if row["credential_id"] == "" || rapid.Bool().Draw(t, "named too") {
			row["holder_id"] = fmt.Sprint(rapid.IntRange(0, n/2+1).Draw(t, "holder"))
			row["type"] = rapid.SampledFrom([]string{"pin", "card"}).Draw(t, "type")
		}
		if rapid.IntRange(0, 5).Draw(t, "absent") == 0 {
			row["state"] = StateAbsent
		}
		for range 1 + rapid.IntRange(0, 5).Draw(t, "copies")/4 {
			w.want = append(w.want, row)
		}
	}
	return w
}

// TestLawPairsAreThoseOfThePlan: if moves are allowed, Pair finds the pairs of the plan.
func TestLawPairsAreThoseOfThePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.policy = Policy{Move: true}
		var records []int32
		var joined []bool
		w.edit = func(roster *Roster, wanted *Wanted, listing *Listing) {
			records, joined = Pair(roster, wanted, listing)
		}
		plan := w.plan()
		for i := range plan.Lines {
			l := &plan.Lines[i]
			if l.Row < 0 {
				continue
			}
			for n, row := range append([]int32{l.Row}, plan.Joined(i)...) {
				if records[row] != l.Record || joined[row] != (n > 0) {
					t.Fatalf("row %d: record %d, joined %t; its line has record %d", row, records[row], joined[row], l.Record)
				}
			}
		}
	})
}

// TestLawTotalsClose: every row, and every record that no row matched, has one line, and the
// outcomes add up to the lines.
func TestLawTotalsClose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		plan := w.plan()
		rows, records := map[int32]bool{}, map[int32]bool{}
		for i := range plan.Lines {
			l := &plan.Lines[i]
			if l.Row >= 0 && rows[l.Row] || l.Record >= 0 && records[l.Record] {
				t.Fatalf("line %d repeats row %d or record %d", i, l.Row, l.Record)
			}
			if l.Outcome == NoOutcome {
				t.Fatalf("line %d has no outcome", i)
			}
			if l.Row >= 0 {
				rows[l.Row] = true
			}
			for _, row := range plan.Joined(i) {
				if rows[row] || l.Row < 0 {
					t.Fatalf("line %d repeats row %d", i, row)
				}
				rows[row] = true
			}
			if l.Record >= 0 {
				records[l.Record] = true
			}
		}
		if len(rows) != len(w.want) || len(records) != len(w.have) {
			t.Fatalf("%d of %d rows and %d of %d records have a line", len(rows), len(w.want), len(records), len(w.have))
		}
		s := plan.Summarize(nil)
		if s.Sum() != s.Rows+s.Records-s.Matched {
			t.Fatalf("outcomes sum to %d, rows %d + records %d - matched %d", s.Sum(), s.Rows, s.Records, s.Matched)
		}
	})
}

// TestLawChainsConverge: applying a plan in the order of its chains never takes a value that
// somebody holds, and afterwards the same roster changes nothing.
func TestLawChainsConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		w.policy.Park = false
		plan := w.plan()
		held := map[string]string{}
		state := map[string]rec{}
		for _, r := range w.have {
			held[r["value"]] = r["credential_id"]
			state[r["credential_id"]] = r
		}
		sent := map[int32]bool{}
		for _, chain := range plan.Chains {
			for _, line := range chain {
				if sent[line] {
					t.Fatalf("line %d is in two chains", line)
				}
				sent[line] = true
				applyLine(t, plan, int(line), state, held)
			}
		}
		for i := range plan.Lines {
			if plan.Lines[i].Sends() != sent[int32(i)] {
				t.Fatalf("line %d is planned and in no chain, or the reverse", i)
			}
		}
		w.have = nil
		for _, r := range state {
			w.have = append(w.have, r)
		}
		again := w.plan()
		for i := range again.Lines {
			if l := &again.Lines[i]; l.Sends() {
				// What was blocked at first may go once values are free; what was sent must be
				// settled.
				if l.Row >= 0 && plan.Lines[rowLine(plan, l.Row)].Sends() {
					t.Fatalf("the second plan changes row %d again: %v", l.Row, lines(again))
				}
			}
		}
	})
}

// rowLine returns the line that a row has, or stands behind.
func rowLine(p *Plan, row int32) int {
	for i := range p.Lines {
		if p.Lines[i].Row == row || slices.Contains(p.Joined(i), row) {
			return i
		}
	}
	return -1
}

// applyLine does what a provider with unique values does, and fails where that would refuse.
func applyLine(t *rapid.T, plan *Plan, line int, state map[string]rec, held map[string]string) {
	c := plan.Change(line)
	id := c.Have.ID()
	switch c.Action {
	case Delete:
		delete(held, state[id]["value"])
		delete(state, id)
		return
	case Create:
		id = fmt.Sprint("new", line)
		state[id] = rec{"credential_id": id, "holder_id": c.Want.Text("holder_id"), "type": c.Want.Text("type")}
	}
	value := c.Want.Text("value")
	if value == "" {
		return
	}
	if other, taken := held[value]; taken && other != id {
		t.Fatalf("line %d takes a value that %s holds", line, other)
	}
	next := rec{}
	for k, v := range state[id] {
		next[k] = v
	}
	delete(held, next["value"])
	next["value"] = value
	held[value] = id
	state[id] = next
}

// TestLawDiffIsPure: the diff is a function: equal inputs give equal plans, whatever the hash seed.
func TestLawDiffIsPure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		a, b := w.plan(), w.plan()
		if diff := cmp.Diff(lines(a), lines(b)); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(a.Chains, b.Chains); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestLawRowOrderDoesNotMatter: the order of rows does not decide who gets what.
func TestLawRowOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		order := rapid.Permutation(seq(len(w.want))).Draw(t, "order")
		shuffled := w
		shuffled.want = nil
		for _, n := range order {
			shuffled.want = append(shuffled.want, w.want[n])
		}
		a, b := w.plan(), shuffled.plan()
		for at, n := range order {
			x, y := a.Lines[rowLine(a, int32(n))], b.Lines[rowLine(b, int32(at))]
			if x.Situation != y.Situation || x.Action != y.Action || x.Outcome != y.Outcome || x.Fields != y.Fields || x.Record != y.Record {
				t.Fatalf("row %d: %v, shuffled %v", n, x, y)
			}
		}
	})
}

func seq(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// TestLawLimitsAreMonotone: a higher limit never adds a breach.
func TestLawLimitsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		plan := w.plan()
		low, high := DefaultLimits(), Limits{}
		for name, l := range low {
			if !l.IsPercent {
				l.Count = rapid.IntRange(0, 4).Draw(t, name)
				low[name] = l
			}
			high[name] = Limit{Count: 100}
		}
		if b := plan.Check(high, len(w.have), true); len(b) != 0 {
			t.Fatalf("a limit of 100 is breached: %v", b)
		}
		for _, b := range plan.Check(low, len(w.have), true) {
			if b.Count <= b.Allowed {
				t.Fatalf("a breach that is none: %v", b)
			}
		}
	})
}
