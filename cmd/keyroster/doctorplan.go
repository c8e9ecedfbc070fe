package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"keyroster/io/exportio"
	"keyroster/io/rosterio"
	"keyroster/io/rundir"
	"keyroster/io/sealio"
	"keyroster/io/statedir"
)

// rosters reads the configured rosters as a run would.
func (e *examination) rosters(ctx context.Context, a *app) {
	const name = "roster"
	switch {
	case len(e.config.Roster) == 0:
		e.warn(name, "add roster: [FILE] for nights, or name one on the command line", "the account configures none")
		return
	case slices.Contains(e.config.Roster, rosterio.Stdin):
		e.ok(name, "standard input")
		return
	}
	own := *a
	own.stderr = io.Discard // what is wrong is said below
	roster, err := own.readForPlan(ctx, &planFlags{}, nil, e.spec, e.config)
	if err != nil {
		f := classify(err)
		if f.hint == "" {
			f.hint = "see that the export is there and that this user may read it; keyroster check lists every problem"
		}
		e.fail(name, f)
		return
	}
	e.roster = roster
	files := strings.Join(e.config.Roster, ", ")
	if n := roster.Errors(); n > 0 {
		e.warn(name, "keyroster check --account "+e.config.Name+" lists them", "%s: %s in %s, which would not be acted on", files, plural(n, "error"), plural(roster.Rows.Len(), "row"))
		return
	}
	e.ok(name, "%s: %s", files, plural(roster.Rows.Len(), "row"))
}

// memory looks at the lock and at what was left of earlier runs. Without a state
// folder that can be written there is nothing to look at: it was said before.
func (e *examination) memory(ctx context.Context, a *app, acc *account) {
	const name = "state"
	for _, c := range e.checks {
		if c.Name == stateFolder && c.Result == checkFail {
			return
		}
	}
	state, err := a.openState(acc)
	if err != nil {
		e.fail(name, err)
		return
	}
	e.lock(state)
	memory, err := a.recall(state, e.config.Name)
	if err == nil {
		acc.memory, acc.replaced = &memory.basis, memory.Replaced
		acc.written, err = a.openWritten(ctx, acc, state)
	}
	if err == nil && state.HasSealKey() {
		_, _, err = sealio.KeyFile(state.SealKey())
	}
	if err != nil {
		e.fail(name, &failure{code: exitOf(err), err: err})
		return
	}
	s := &session{app: a, command: "doctor", config: e.config, spec: e.spec, acc: acc, state: state, memory: memory}
	if dir, st := s.earlier(); st != nil && st.Standing == rundir.StandsDamaged && !s.mayLose(dir, st) {
		e.fail(name, st.refusal())
		return
	}
	says, remedy := a.openRunAdvice(state, memory.State)
	switch {
	case says != "":
		e.warn(name, remedy, "%s", says)
	case memory.SyncOwed:
		e.warn(name, "the next apply does it", doorsBehind)
	case memory.LastGood == nil:
		e.ok(name, "no run has ended well yet")
	default:
		e.ok(name, "last good run %s", memory.LastGood.RunID)
	}
	e.known = &memory
}

// earlier is the run that was left open, nil for none, and how it stands.
func (s *session) earlier() (*rundir.Dir, *standing) {
	if s.memory.OpenRun == "" {
		return nil, nil
	}
	dir, err := s.app.openRun(s.state, s.memory.OpenRun)
	if err != nil {
		dir = nil
	}
	st := s.app.judgeOpen(s.state, s.memory.State)
	return dir, &st
}

// lock looks whether a run would get the tenant's lock: it takes it for a moment.
func (e *examination) lock(state *statedir.Dir) {
	err := state.Lock(statedir.Holder{StartedAt: time.Now()})
	if err == nil {
		err = state.Close()
	}
	if _, held := errors.AsType[*statedir.LockedError](err); held {
		err = &failure{code: exitLocked, err: err, hint: "wait for it to end; the lock goes with its process"}
	}
	if err != nil {
		e.fail("lock", err)
	}
}

// plan compares as a run would, and holds the plan against all safety rules.
// Where something is wrong already that stops a run, it would only say so again.
func (e *examination) plan(ctx context.Context, a *app, acc *account) {
	if e.roster == nil || e.known == nil || slices.ContainsFunc(e.checks, func(c check) bool { return c.Result == checkFail }) {
		return
	}
	const name = "plan"
	if _, err := exportio.ParseRecipients(keysOf(e.config.BackupTo)); err != nil {
		e.fail(name, &failure{code: exitUsage, err: err})
		return
	}
	flags := &planFlags{}
	d, err := a.draft(ctx, flags, acc, e.roster, lastRecords(*e.known))
	if err == nil {
		err = d.checkRoster(*e.known, flags)
	}
	if err == nil {
		if refusal := d.refusal(); refusal != nil {
			err = refusal
		}
	}
	if err != nil {
		e.fail(name, err)
		return
	}
	changes := 0
	for _, chain := range d.plan.Chains {
		changes += len(chain)
	}
	e.ok(name, "%s of %s would be sent, within the limits", plural(changes, "change"), plural(d.listing.Records.Len(), "record"))
}

// keysOf is a key as a list, none for none.
func keysOf(key string) []string {
	if key == "" {
		return nil
	}
	return []string{key}
}
