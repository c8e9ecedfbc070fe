package storetest

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"keyroster/io/journalio"
	"keyroster/io/store"
)

// night is a run that a process takes through a store, from taking the lock to releasing it.
type night struct {
	s   store.Store
	of  store.Tenant
	l   store.Lock
	run *store.Run
	j   *journalio.Journal
}

// step is a part of a night.
type step struct {
	name string
	do   func(*night) error
	// run is the run's status after the step, and state what is remembered then; each as after
	// the previous step where it is left out.
	run   runStatus
	state *remembered
}

// runStatus is the status of a run.
type runStatus string

const (
	noRun   runStatus = "no run"
	closing runStatus = "closing"
	empty             = runStatus(store.RunEmpty)
	opened            = runStatus(store.RunOpen)
	closed            = runStatus(store.RunClosed)
)

// remembered is what the state says about the run.
type remembered struct{ open, owed, good bool }

// steps are a whole night. The process may die after each.
var steps = []step{
	{name: "open the tenant", do: (*night).open, run: noRun, state: &remembered{}},
	{name: "take the lock", do: (*night).lock},
	{name: "make the run", do: (*night).create, run: empty},
	{name: "name it", do: func(n *night) error { return n.l.Name(n.run.ID()) }},
	{name: "write the plan", do: writeFile(store.PlanFile)},
	{name: "begin it", do: func(n *night) error { return n.l.Begin(n.run) }},
	{name: "remember it", do: save(remembered{open: true}), state: &remembered{open: true}},
	{name: "make the key", do: (*night).key},
	{name: "seal", do: writeFile(store.SealedFile), run: opened},
	{name: "begin the journal", do: (*night).journal},
	{
		name: "owe a sync", do: save(remembered{open: true, owed: true}),
		state: &remembered{open: true, owed: true},
	},
	{name: "announce", do: line(true, journalio.KindIntent)},
	{name: "ask for the lock", do: func(n *night) error { return n.l.Held() }},
	{name: "note the answer", do: line(false, journalio.KindAnswer)},
	{name: "note the outcome", do: line(false, journalio.KindOutcome)},
	{name: "pay the sync", do: save(remembered{open: true}), state: &remembered{open: true}},
	{name: "end the journal", do: (*night).end},
	{name: "report", do: writeFile(store.ReportJSONFile)},
	{name: "list what failed", do: writeFile(store.FailedFile)},
	{name: "unseal", do: (*night).unseal, run: closing},
	{name: "close the run", do: (*night).manifest, run: closed},
	{
		name: "remember who is in no row",
		do:   func(n *night) error { return store.SaveUnlisted(n.l, store.Unlisted{RunID: n.run.ID()}) },
	},
	{name: "remember that it was good", do: save(remembered{good: true}), state: &remembered{good: true}},
	{name: "let go of the lock", do: func(n *night) error { return n.l.Close() }},
}

// takeSteps takes all steps, and returns how many were done before one failed.
func (n *night) takeSteps() (done int, err error) {
	for i, s := range steps {
		if err := s.do(n); err != nil {
			return i, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return len(steps), nil
}

// expectedAfter is what must be found after that many steps.
func expectedAfter(done int) (run runStatus, state remembered) {
	run = noRun
	for _, s := range steps[:done] {
		if s.run != "" {
			run = s.run
		}
		if s.state != nil {
			state = *s.state
		}
	}
	return run, state
}

func (n *night) open() (err error) {
	n.of, err = n.s.Tenant("doorflow", "abc123")
	return err
}

func (n *night) lock() (err error) {
	n.l, err = n.of.Lock(holder(1, ""))
	return err
}

func (n *night) create() (err error) {
	n.run, err = n.l.Create("hq", began)
	return err
}

// bodies are the contents of the run's files.
var bodies = map[string]string{
	store.PlanFile: `{"plan": 1}`, store.SealedFile: "sealed", store.ReportJSONFile: `{"report": 1}`, store.FailedFile: "a,b\n",
}

func writeFile(name string) func(*night) error {
	return func(n *night) error { return n.run.Write(name, text(bodies[name])) }
}

// save makes a step that saves the state.
func save(want remembered) func(*night) error {
	return func(n *night) error {
		s, err := store.ReadState(n.of)
		if err != nil {
			return err
		}
		s.OpenRun, s.SyncOwed = "", want.owed
		if want.open {
			s.OpenRun = n.run.ID()
		}
		if want.good {
			s.LastGood = &store.LastGood{RunID: n.run.ID(), Records: 3, Rows: 2, At: began}
		}
		return store.SaveState(n.of, n.l, s)
	}
}

func (n *night) key() error {
	_, err := n.of.Key(store.SealKey, func() ([]byte, error) { return []byte("key"), nil })
	return err
}

func (n *night) journal() (err error) {
	if n.j, err = n.run.StartJournal(); err != nil {
		return err
	}
	return n.journalRunID()
}

// journalRunID writes the journal's first line, which names the run.
func (n *night) journalRunID() error {
	return n.j.Append(true, journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Note: n.run.ID()})
}

func line(sync bool, kind journalio.Kind) func(*night) error {
	return func(n *night) error {
		return n.j.Append(sync, journalio.Entry{Kind: kind, Attempt: 1, Outcome: "applied"})
	}
}

func (n *night) end() error {
	err := n.j.Append(true, journalio.Entry{Kind: journalio.KindEnd, Line: journalio.NoLine})
	if err != nil {
		return err
	}
	return n.j.Close()
}

func (n *night) unseal() error { return n.run.Unseal() }

func (n *night) manifest() error {
	said, err := n.run.ReadJournal()
	if err != nil {
		return err
	}
	return n.run.WriteManifest(store.Manifest{Account: "hq", JournalLastHash: said.LastHash})
}

// nextProcess is the next process, which settles what it finds, according to its status.
func (n *night) nextProcess() error {
	if err := n.open(); err != nil {
		return err
	}
	if err := n.lock(); err != nil {
		return err
	}
	state, err := store.ReadState(n.of)
	if err != nil {
		return err
	}
	if state.OpenRun == "" {
		err = n.discardForgotten()
	} else {
		err = n.settle()
	}
	if err != nil {
		return err
	}
	n.l.ForgetPredecessor()
	return n.l.Close()
}

// discardForgotten deletes runs that sent nothing and are in no state.
func (n *night) discardForgotten() error {
	ids, err := n.s.Runs()
	if err != nil {
		return err
	}
	for _, id := range ids {
		run, err := n.s.Run(id)
		if err == nil {
			_, err = run.DiscardEmpty()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle settles the run that is open by the state.
func (n *night) settle() (err error) {
	_, n.run, err = n.of.LastBegun()
	if errors.Is(err, fs.ErrNotExist) {
		// It was deleted, and the process died before it could update the state.
		return n.clearOpenRun()
	}
	if err != nil || n.run == nil {
		return fmt.Errorf("the run that was begun is not found: %w", err)
	}
	stands, err := statusOf(n.run)
	if err != nil {
		return err
	}
	switch stands {
	case empty:
		if _, err := n.run.DiscardEmpty(); err != nil {
			return err
		}
		return n.clearOpenRun()
	case opened:
		err = n.resume()
	case closing:
		err = n.manifest()
	}
	if err != nil {
		return err
	}
	return save(remembered{good: true})(n)
}

// clearOpenRun removes a run that sent nothing from the state.
func (n *night) clearOpenRun() error {
	s, err := store.ReadState(n.of)
	if err != nil {
		return err
	}
	s.OpenRun = ""
	return store.SaveState(n.of, n.l, s)
}

// resume continues an open run and closes it.
func (n *night) resume() error {
	if sealed, err := content(n.run, store.SealedFile); err != nil || sealed != bodies[store.SealedFile] {
		return fmt.Errorf("the sealed copy is %q: %w", sealed, err)
	}
	j, _, err := n.run.ResumeJournal()
	if errors.Is(err, fs.ErrNotExist) {
		j, err = n.run.StartJournal()
	}
	if n.j = j; err != nil {
		return err
	}
	for _, do := range []func(*night) error{
		(*night).journalRunID, (*night).end, writeFile(store.ReportJSONFile), writeFile(store.FailedFile), (*night).unseal, (*night).manifest,
	} {
		if err := do(n); err != nil {
			return err
		}
	}
	return nil
}

// statusOf is the status of a run. One that is neither empty nor open nor closing nor closed is
// an error: no dying process leaves such a run.
func statusOf(run *store.Run) (runStatus, error) {
	j := run.Assess()
	switch {
	case j.Closing && j.Status == store.RunOpen:
		return closing, nil
	case slices.Contains([]store.RunStatus{store.RunEmpty, store.RunOpen, store.RunClosed}, j.Status):
		return runStatus(j.Status), nil
	}
	return "", fmt.Errorf("run %s stands as %s, for its %s: %w", run.ID(), j.Status, j.Flaw, j.Err)
}
