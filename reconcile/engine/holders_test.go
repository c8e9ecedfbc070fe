package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"keyroster/reconcile"
)

// guard checks after every single write that nobody has fewer working credentials than before the
// run or after it, whichever is less. A record on a temporary value works for nobody.
type guard struct {
	p       *provider
	least   map[string]int
	planned map[string]int
	transit map[string]bool
	known   map[string]bool // the values of listing and roster
	crossed []string
}

func newGuard(p *provider, plan *reconcile.Plan) *guard {
	g := &guard{p: p, least: map[string]int{}, planned: map[string]int{}, transit: inTransit(plan), known: map[string]bool{}}
	for n := range plan.Have.Len() {
		g.planned[plan.Have.Record(n).Text("holder_id")]++
		g.known[plan.Have.Record(n).Text("value")] = true
	}
	for n := range plan.Want.Len() {
		g.known[plan.Want.Record(n).Text("value")] = true
	}
	for holder, n := range g.planned {
		g.least[holder] = n
	}
	for i := range plan.Lines {
		if l := &plan.Lines[i]; !l.Sends() {
			continue
		} else if l.Action == reconcile.Create {
			g.planned[plan.WantRow(i).Text("holder_id")]++
		} else if l.Action == reconcile.Delete {
			g.planned[plan.HaveRecord(i).Text("holder_id")]--
		}
	}
	for holder := range g.least {
		g.least[holder] = min(g.least[holder], g.planned[holder])
	}
	p.wrote = g.look
	return g
}

func (g *guard) working() map[string]int {
	n := map[string]int{}
	for _, r := range g.p.records {
		if g.known[r[2]] {
			n[r[0]]++
		}
	}
	return n
}

func (g *guard) look() {
	now := g.working()
	for holder, least := range g.least {
		if now[holder] < least && !g.transit[holder] {
			g.crossed = append(g.crossed, fmt.Sprintf("%s has %d, and at least %d are planned, after %s", holder, now[holder], least, g.p.log[len(g.p.log)-1]))
		}
	}
}

// atEnd checks whether anybody ended with less than planned. Without faults this applies to
// everybody; with faults, not to those who were in transit.
func (g *guard) atEnd(faults bool) string {
	now := g.working()
	for holder, least := range g.least {
		if now[holder] < least && !(faults && g.transit[holder]) {
			g.crossed = append(g.crossed, fmt.Sprintf("%s ends with %d, and at least %d are planned", holder, now[holder], least))
		}
	}
	slices.Sort(g.crossed)
	return strings.Join(g.crossed, "\n")
}

// inTransit returns those who may go without for a while: the holder of the record that a cycle
// parks, and those whose new credential can only be made after the old one is gone, since chains
// wait for each other. It works from the plan alone, in another way than the engine.
func inTransit(plan *reconcile.Plan) map[string]bool {
	out := map[string]bool{}
	type change struct {
		holder string
		chain  int32
	}
	var made, lost []change
	for n, chain := range plan.Chains {
		if plan.IsCycle(n) {
			out[plan.HaveRecord(int(chain[0])).Text("holder_id")] = true
		}
		for _, line := range chain {
			switch l := &plan.Lines[line]; l.Action {
			case reconcile.Create:
				made = append(made, change{plan.WantRow(int(line)).Text("holder_id"), l.Chain})
			case reconcile.Delete:
				lost = append(lost, change{plan.HaveRecord(int(line)).Text("holder_id"), l.Chain})
			}
		}
	}
	after := make([][]bool, len(plan.Chains)) // after[a][b]: b must run before a
	for a := range after {
		after[a] = make([]bool, len(plan.Chains))
	}
	for _, d := range lost {
		for _, c := range made {
			if c.holder == d.holder {
				after[d.chain][c.chain] = true
			}
		}
	}
	for via := range after {
		for a := range after {
			for b := range after {
				after[a][b] = after[a][b] || after[a][via] && after[via][b]
			}
		}
	}
	for _, d := range lost {
		for _, c := range made {
			// Waiting for a chain that waits for itself is waiting in vain.
			stuck := slices.ContainsFunc(numbers(len(after)), func(n int) bool { return after[n][n] && (after[d.chain][n] || n == int(d.chain)) })
			if c.holder == d.holder && stuck {
				out[d.holder] = true
			}
		}
	}
	return out
}

func TestANewCredentialComesBeforeTheOldOneGoes(t *testing.T) {
	for name, script := range map[string][]fault{"made": nil, "refused": {{class: reconcile.Refused}}} {
		synctest.Test(t, func(t *testing.T) {
			p := newProvider(1)
			p.script["h0"] = script
			plan := p.plan(t, false,
				map[string]string{"credential_id": "c0", "state": "absent"},
				map[string]string{"holder_id": "h0", "type": "card", "value": "new"})
			g := newGuard(p, plan)
			run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 4})
			if problem := g.atEnd(true); problem != "" {
				t.Errorf("%s: %s", name, problem)
			}
			want := reconcile.Applied
			if script != nil {
				want = reconcile.Blocked
			}
			if got := run.Result(0); got.Outcome != want ||
				want == reconcile.Blocked && !strings.Contains(got.Reason, "the new credential of person h0 was not created") {
				t.Errorf("%s: the deletion is %v: %s", name, got.Outcome, got.Reason)
			}
		})
	}
}

func TestWhoTakesTheirOwnValueIsInTransit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newProvider(1)
		plan := p.plan(t, false,
			map[string]string{"credential_id": "c0", "state": "absent"},
			map[string]string{"holder_id": "h0", "type": "card", "value": "v0"})
		g := newGuard(p, plan)
		j := &transitJournal{}
		run := Apply(t.Context(), plan, Options{Provider: p, Concurrency: 4, Journal: j})
		if problem := g.atEnd(false); problem != "" {
			t.Error(problem)
		}
		if len(j.lines) != 1 || j.lines[0] != 0 || len(run.Result(0).Warnings) != 1 {
			t.Errorf("in transit by lines %v, and the result warns %q", j.lines, run.Result(0).Warnings)
		}
	})
}

// transitJournal keeps the lines that put somebody in transit.
type transitJournal struct {
	NoJournal
	lines []int
}

func (j *transitJournal) Announce(steps []Step) error {
	for _, s := range steps {
		if s.Transit {
			j.lines = append(j.lines, s.Line)
		}
	}
	return nil
}

// TestLawNobodyIsLockedOut: people have one to three credentials, whose values change hands while
// some are deleted and others made, with faults, a death and a resumption. After every single
// write, only those in transit have fewer working credentials than planned, and at the end nobody
// has.
func TestLawNobodyIsLockedOut(t *testing.T) {
	inTransitEver, faultsEver := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 10).Draw(rt, "records")
		people := rapid.IntRange(1, 4).Draw(rt, "people")
		perm := rapid.Permutation(numbers(n+4)).Draw(rt, "values")
		deleted := rapid.SliceOfDistinct(rapid.IntRange(0, n-1), func(i int) int { return i }).Draw(rt, "deleted")
		created := rapid.SliceOfN(rapid.IntRange(0, people-1), 0, 4).Draw(rt, "created for")
		broken := rapid.SliceOfN(rapid.IntRange(-3*people, n-1), 0, 3).Draw(rt, "broken")
		kind := rapid.SampledFrom([]fault{{class: reconcile.Refused}, {class: reconcile.Lost}, {class: reconcile.Lost, applied: true}}).Draw(rt, "fault")
		death := rapid.IntRange(0, 60).Draw(rt, "death")
		workers := rapid.IntRange(1, 5).Draw(rt, "workers")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p := newProvider(0)
			var rows []map[string]string
			for i := range n {
				p.put(fmt.Sprint("c", i), fmt.Sprint("h", i%people), fmt.Sprint("type", i), cardNumber(i))
				row := update(i, cardNumber(perm[i]))
				if slices.Contains(deleted, i) {
					row = map[string]string{"credential_id": fmt.Sprint("c", i), "state": "absent"}
				}
				rows = append(rows, row)
			}
			for i, who := range created {
				rows = append(rows, map[string]string{"holder_id": fmt.Sprint("h", who), "type": fmt.Sprint("new", i), "value": cardNumber(perm[n+i])})
			}
			for _, i := range broken {
				name := fmt.Sprint("c", i)
				if i < 0 { // a creation, more often than not
					name = fmt.Sprint("h", -i%people)
				}
				p.script[name] = append(p.script[name], kind)
			}
			plan := p.plan(t, true, rows...)
			g := newGuard(p, plan)
			inTransitEver += len(g.transit)
			faultsEver += len(broken)
			j := newMemoryJournal(death)
			options := Options{Concurrency: workers, Park: parking, Provider: &dying{p, j}, Journal: j}
			Apply(t.Context(), plan, options)
			j.left, j.dead = 1<<30, false
			options.Prior = j.replay()
			run := Apply(t.Context(), plan, options)
			if len(run.Parked) == 0 || len(broken) == 0 {
				problem = g.atEnd(len(broken) > 0)
			}
			if problem != "" {
				problem += "\n" + strings.Join(p.log, "\n")
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
	if inTransitEver == 0 || faultsEver == 0 {
		t.Error("nobody was in transit, or nothing failed: the law proves little")
	}
}
