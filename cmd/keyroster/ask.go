package main

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// ask shows the plan and the tenant, and wants a yes. With --json the plan goes
// to standard error: the document of standard output is the run's.
func (s *session) ask(ctx context.Context) error {
	report := s.app.report(s.command, s.acc, s.draft, nil)
	shown := *s.app
	if s.app.json {
		shown.json, shown.stdout = false, s.app.stderr
	}
	if err := shown.showPlan(report, s.draft); err != nil {
		return err
	}
	question := fmt.Sprintf("Apply this to %s %s (%s)?", s.acc.spec.Title, s.acc.tenant.ID, s.acc.tenant.Name)
	yes, err := s.app.confirm(ctx, question)
	if err != nil {
		return classify(err)
	}
	if !yes {
		return fail(exitUsage, "nothing was written", "not confirmed")
	}
	return nil
}

// staleListing is how old a listing may be that changes are written by without
// reading their records again.
const staleListing = 10 * time.Minute

// young reports whether a listing may be written by. A machine that slept stops
// the one clock, and one that was set stops the other: the later counts.
func (a *app) young(listed time.Time) bool {
	age := max(time.Since(listed), time.Now().Round(0).Sub(listed.Round(0)))
	return age < cmp.Or(a.stale, staleListing)
}
