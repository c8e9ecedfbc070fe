package run

import (
	"context"
	"strings"

	"keyroster/reconcile/engine"
)

// applyFirst applies and verifies only the first changes. Unless all of them end as desired,
// the rest is not attempted.
func (s *Sent) applyFirst(ctx context.Context, options engine.Options) bool {
	options.First = s.options.First
	s.done = engine.Apply(ctx, s.draft.Plan, options)
	if s.done.Stop != nil {
		return false
	}
	s.verify(ctx)
	bad, words := false, ""
	for _, r := range s.done.Results() {
		if !r.Undecided && !r.AsDesired() {
			bad, words = true, strings.TrimSpace(r.Outcome.String()+" "+r.Reason)
		}
	}
	if !bad {
		return true
	}
	results := s.done.Results()
	for i := range results {
		if results[i].Undecided {
			results[i].Undecided = false
			results[i].Reason = "not attempted, because one of the first changes was not as desired: " + words
		}
	}
	s.done.Stop = engine.ErrFirst
	return false
}

// priorOfRun makes the results of the first changes prior results for the rest.
func priorOfRun(run *engine.Run, before func(int) engine.Prior) func(int) engine.Prior {
	return func(line int) engine.Prior {
		if r := run.Result(line); r != nil && !r.Undecided {
			return engine.Prior{Recorded: true, Result: *r}
		}
		if before != nil {
			return before(line)
		}
		return engine.Prior{}
	}
}
