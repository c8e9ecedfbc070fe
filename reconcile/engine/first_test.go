package engine

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"keyroster/reconcile"
)

// TestLawFirst: a run whose first changes go ahead ends like one that makes all at once, with
// paths, cycles, creations and deletions among them; each write is sent once.
func TestLawFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hands := drawHands(rt, 8)
		first := rapid.IntRange(1, hands.records+hands.created).Draw(rt, "first")
		workers := rapid.IntRange(1, 4).Draw(rt, "workers")
		problem := ""
		synctest.Test(t, func(t *testing.T) {
			p, rows := hands.rows()
			plan := p.plan(t, true, rows...)
			options := Options{Provider: p, Concurrency: workers, Park: parking, First: first}
			run := Apply(t.Context(), plan, options)
			begun := 0
			for _, r := range run.Results() {
				if !r.Undecided {
					begun++
				} else if r.Outcome != reconcile.NotAttempted || r.Reason != "" || r.Attempts > 0 {
					problem = fmt.Sprintf("undecided, and %+v", r)
					return
				}
			}
			if sends := len(run.Results()); begun < min(first, sends) {
				problem = fmt.Sprintf("%d of the first %d changes of %d were made: %v", begun, first, sends, p.log)
				return
			}
			before := slices.Clone(run.Results())
			options.First, options.Prior = 0, func(line int) Prior {
				for _, r := range before {
					if r.Line == line && !r.Undecided {
						return Prior{Recorded: true, Result: r}
					}
				}
				return Prior{}
			}
			run = Apply(t.Context(), plan, options)
			problem = judge(p, plan, run)
			for _, r := range run.Results() {
				if r.Undecided {
					problem = fmt.Sprintf("a run to its end leaves line %d undecided", r.Line)
				}
			}
			if s := plan.Summarize(run.Outcome); problem == "" && s.Applied+s.Unchanged+s.Unlisted != len(plan.Lines) {
				problem = fmt.Sprintf("%+v: %v", s, p.log)
			}
			seen := map[string]int{}
			for _, call := range p.log {
				if seen[call]++; seen[call] > 1 && call[:4] != "read" && call[:6] != "update" {
					problem = fmt.Sprintf("%s was sent %d times: %v", call, seen[call], p.log)
				}
			}
		})
		if problem != "" {
			rt.Fatal(problem)
		}
	})
}
