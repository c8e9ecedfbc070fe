package reconcile

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// drawPasses draws codes of people who may hold several, and rows for them with copies, old codes
// to be absent and new ones to be present.
func drawPasses(t *rapid.T) world {
	w := world{schema: passSchema()}
	value := func(name string) string {
		return rapid.SampledFrom([]string{"", "1", "2", "3", "4"}).Draw(t, name)
	}
	n := rapid.IntRange(0, 6).Draw(t, "records")
	held := map[string]bool{}
	for i := range n {
		r := rec{"credential_id": fmt.Sprint("c", i), "acs_system_id": "S", "holder_id": fmt.Sprint(i % 3), "type": "code", "value": value("held")}
		if key := r["holder_id"] + r["value"]; held[key] {
			r["value"] = "" // nobody holds one code twice
		} else {
			held[key] = true
		}
		w.have = append(w.have, r)
	}
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		row := rec{"acs_system_id": "S", "holder_id": fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "holder")), "type": "code", "value": value("wanted")}
		if rapid.IntRange(0, 3).Draw(t, "by id") == 0 {
			row["credential_id"] = fmt.Sprint("c", rapid.IntRange(0, 6).Draw(t, "id"))
		}
		if rapid.IntRange(0, 2).Draw(t, "absent") == 0 {
			row["state"] = StateAbsent
		}
		for range 1 + rapid.IntRange(0, 5).Draw(t, "copies")/3 {
			w.want = append(w.want, row)
		}
	}
	return w
}

// TestLawCopiesInAnyOrder: in another order, rows with copies among them have the same situation,
// action and outcome.
func TestLawCopiesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawPasses(t)
		order := rapid.Permutation(seq(len(w.want))).Draw(t, "order")
		shuffled := w
		shuffled.want = nil
		for _, n := range order {
			shuffled.want = append(shuffled.want, w.want[n])
		}
		a, b := w.plan(), shuffled.plan()
		for at, n := range order {
			x, y := rowLine(a, int32(n)), rowLine(b, int32(at))
			if x < 0 || y < 0 {
				t.Fatalf("row %d has no line: %v, shuffled %v", n, joinedLines(a), joinedLines(b))
			}
			p, q := a.Lines[x], b.Lines[y]
			if p.Situation != q.Situation || p.Action != q.Action || p.Outcome != q.Outcome {
				t.Fatalf("row %d %v: %v, shuffled %v", n, w.want[n], joinedLines(a), joinedLines(b))
			}
		}
	})
}

// TestLawCopiesConverge: once a plan is carried out, the same roster changes nothing that it
// changed.
func TestLawCopiesConverge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawPasses(t)
		plan := w.plan()
		state := map[string]rec{}
		var ids []string
		for _, r := range w.have {
			state[r["credential_id"]] = r
			ids = append(ids, r["credential_id"])
		}
		for i := range plan.Lines {
			c := plan.Change(i)
			if !plan.Lines[i].Sends() {
				continue
			}
			id := c.Have.ID()
			switch c.Action {
			case Delete:
				delete(state, id)
				continue
			case Create:
				id = fmt.Sprint("new", i)
				ids = append(ids, id)
				state[id] = rec{"credential_id": id, "acs_system_id": "S", "holder_id": c.Want.Text("holder_id"), "type": "code"}
			}
			next := rec{}
			for k, v := range state[id] {
				next[k] = v
			}
			if v := c.Want.Text("value"); v != "" {
				next["value"] = v
			}
			state[id] = next
		}
		w.have = nil
		for _, id := range ids {
			if r, there := state[id]; there {
				w.have = append(w.have, r)
			}
		}
		again := w.plan()
		for i := range again.Lines {
			if l := &again.Lines[i]; l.Sends() && l.Row >= 0 && plan.Lines[rowLine(plan, l.Row)].Sends() {
				t.Fatalf("row %d changes again: %v, then %v", l.Row, joinedLines(plan), joinedLines(again))
			}
		}
	})
}
