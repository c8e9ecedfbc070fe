package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// stoppingFlags end a run before its work is done.
type stoppingFlags struct {
	deadline string
	first    int
}

func (f *stoppingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.deadline, "deadline", "", "start no write after this `TIME` of day (05:30) or duration (90m)")
	cmd.Flags().IntVar(&f.first, "first", 0, "apply and verify the first `N` changes before the rest")
}

// at is the deadline as an instant; zero for none. A time of day is the next
// one in the local zone.
func (f *stoppingFlags) at(now time.Time) (time.Time, error) {
	if f.deadline == "" {
		return time.Time{}, nil
	}
	if d, err := time.ParseDuration(f.deadline); err == nil && d > 0 {
		return now.Add(d), nil
	}
	if clock, err := time.ParseInLocation("15:04", f.deadline, now.Location()); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, nil
	}
	return time.Time{}, fail(exitUsage, "", "--deadline takes a time of day (05:30) or a duration (90m), not %q", f.deadline)
}

// stopAfter is the number of failed lines that ends a run of so many changes.
func stopAfter(limit reconcile.Limit, changes int) int {
	if !limit.IsPercent {
		return limit.Count
	}
	return max(1, int(limit.Percent*float64(changes)/100))
}

// applyFirst applies and verifies the first changes alone. Unless all of them
// ended as desired, the rest is not attempted.
func (s *session) applyFirst(ctx context.Context, options engine.Options) bool {
	options.First = s.stopping.first
	s.run = engine.Apply(ctx, s.draft.plan, options)
	if s.run.Stop != nil {
		return false
	}
	s.verify(ctx)
	bad, words := false, ""
	for _, r := range s.run.Results() {
		if r.Undecided {
			continue
		}
		if !r.AsDesired() {
			bad, words = true, strings.TrimSpace(r.Outcome.String()+" "+r.Reason)
		}
	}
	if !bad {
		return true
	}
	results := s.run.Results()
	for i := range results {
		if results[i].Undecided {
			results[i].Undecided = false
			results[i].Reason = "not attempted, since one of the first changes was not as desired: " + words
		}
	}
	s.run.Stop = engine.ErrFirst
	return false
}

// priorOfRun makes the results of the first changes the prior of the rest.
func priorOfRun(run *engine.Run, before func(int) engine.Prior) func(int) engine.Prior {
	return func(line int) engine.Prior {
		if r := run.Result(line); r != nil && !r.Undecided {
			return engine.Prior{Settled: true, Result: *r}
		}
		if before != nil {
			return before(line)
		}
		return engine.Prior{}
	}
}
