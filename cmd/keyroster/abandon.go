package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// abandoned is what is known of a run that is given up.
type abandoned struct {
	Schema   string    `json:"schema"`
	RunID    string    `json:"run_id"`
	Account  string    `json:"account"`
	Provider string    `json:"provider"`
	Operator string    `json:"operator"`
	At       time.Time `json:"abandoned_at"`
	ExitCode int       `json:"exit_code"`
	// Journal says in words how far the journal tells what happened; Entries
	// are its good lines, DamagedLine the first bad one, null without damage.
	Journal     string `json:"journal"`
	Entries     int    `json:"entries"`
	DamagedLine *int   `json:"damaged_line"`
	// InDoubt were announced and have no outcome; of Unaccounted further
	// changes of the plan nothing is known.
	InDoubt     []abandonedLine `json:"in_doubt"`
	Unaccounted int             `json:"unaccounted"`
	// Temporary are on a temporary value of the run; of Masked records the
	// provider hides the value.
	Temporary []abandonedRecord `json:"temporary"`
	Masked    int               `json:"masked"`
	// Parked were put on a temporary value, says the journal, and the key is lost
	// by which such values are known.
	Parked []abandonedLine `json:"parked,omitempty"`

	schema  *reconcile.Schema
	records int
}

type abandonedLine struct {
	Line         int              `json:"line"`
	CredentialID string           `json:"credential_id"`
	HolderID     string           `json:"holder_id"`
	Action       reconcile.Action `json:"action"`
}

type abandonedRecord struct {
	CredentialID string `json:"credential_id"`
	HolderID     string `json:"holder_id"`
	HolderName   string `json:"holder_name"`
}

// abandon gives a run up that cannot go on. It sends nothing.
func (a *app) abandon(ctx context.Context, path string, yes bool) error {
	if !yes && (!isTerminal(a.stdin) || !isTerminal(a.stderr)) {
		return fail(exitUsage, "add --yes", "resume --abandon needs --yes where it cannot ask")
	}
	dir, err := rundir.Open(path)
	id := filepath.Base(filepath.Clean(path))
	switch {
	case err == nil:
		id = dir.ID
	case errors.Is(err, fs.ErrNotExist):
		dir = nil
	default:
		return &failure{code: exitUsage, err: err}
	}
	config, spec, err := a.accountOfRun(dir, id)
	if err != nil {
		return err
	}
	s := &session{app: a, command: "resume", config: config, spec: spec, flags: &planFlags{}}
	if s.acc, err = a.open(ctx, config, spec, true); err != nil {
		return err
	}
	defer s.acc.close()
	if err := s.lock(ctx, time.Now()); err != nil {
		return err
	}
	defer func() { _ = s.state.Close() }()
	if dir == nil && id == s.memory.OpenRun {
		if dir, err = a.openRun(s.state, id); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &failure{code: exitError, err: err}
		}
	}
	st := judge(dir, id, s.state, s.memory.State)
	if !s.mayAbandon(dir, &st) {
		return fail(exitUsage, st.next(), "run %s is not open: there is nothing to abandon (%s)", id, st.says())
	}
	if err := s.sameTenant(dir, id); err != nil {
		return err
	}
	found, err := s.inspect(ctx, dir, &st)
	if err != nil {
		return err
	}
	return s.giveUp(ctx, dir, found, yes)
}

// mayAbandon reports whether a run is open: in the state folder, or by its own
// files when the state folder was lost.
func (s *session) mayAbandon(dir *rundir.Dir, st *standing) bool {
	if s.memory.OpenRun == st.id || slices.Contains(s.memory.LeftParked, st.id) {
		return true
	}
	return dir != nil && (st.Standing == rundir.StandsOpen || st.Standing == rundir.StandsDamaged)
}

// sameTenant refuses a run of another tenant: what it left is looked for in vain
// in this one.
func (s *session) sameTenant(dir *rundir.Dir, id string) error {
	if dir == nil {
		return nil
	}
	plan, err := planOf(dir)
	if err != nil {
		return nil // it is given up, as damaged as it is
	}
	defer plan.close()
	if plan.RunID == id && plan.Tenant != "" && plan.Tenant != s.acc.tenant.ID {
		return fail(exitUnsafe, "name the configuration that the run was made with", "run %s worked on tenant %s, and account %s opens %s", id, plan.Tenant, s.config.Name, s.acc.tenant.ID)
	}
	return nil
}

// shut gives up the folder of a run that a new one goes on without, so that
// nobody takes it for open.
func (s *session) shut(dir *rundir.Dir, st *standing) error {
	known := s.newAbandoned(st.id)
	known.read(dir, st)
	known.Parked = nil // the next listing tells
	err := dir.Write(rundir.AbandonedFile, known.write)
	if err == nil {
		err = dir.Unseal()
	}
	if err != nil {
		return &failure{code: exitError, err: err}
	}
	return nil
}

func (s *session) newAbandoned(id string) *abandoned {
	return &abandoned{
		Schema: "keyroster/abandoned/1", RunID: id, Account: s.config.Name, Provider: s.spec.Name, Operator: s.app.operator(), At: time.Now().UTC().Truncate(time.Second),
		InDoubt: []abandonedLine{}, Temporary: []abandonedRecord{},
	}
}

// inspect finds out what can be known of a run that is to be abandoned.
func (s *session) inspect(ctx context.Context, dir *rundir.Dir, st *standing) (*abandoned, error) {
	id := st.id
	key, err := s.app.fingerprintKey(ctx, s.acc, s.state)
	if err != nil {
		return nil, err
	}
	listing, err := s.acc.list(ctx, reconcile.Scope{}, func(int, int) {})
	if err != nil {
		return nil, classify(err)
	}
	out := s.newAbandoned(id)
	out.schema, out.records = listing.Records.Schema(), listing.Records.Len()
	left, masked := leftoversOf([]string{id}, key, listing.Records, nil)
	out.Masked = masked
	for _, l := range left {
		holder := l.record.Text("holder_id")
		name, _ := s.acc.spoken(holder)
		out.Temporary = append(out.Temporary, abandonedRecord{l.record.ID(), holder, orElse(l.record.Text("holder_name"), name)})
	}
	if len(left) > 0 {
		out.ExitCode = exitPartial
	}
	out.read(dir, st)
	if len(out.Parked) > 0 && !s.knowsKeyOf(dir) {
		out.ExitCode = exitPartial // the listing cannot tell who still is
	} else {
		out.Parked = nil
	}
	return out, nil
}

// read takes over what the run's own files say.
func (d *abandoned) read(dir *rundir.Dir, st *standing) {
	if dir == nil {
		d.Journal = "the run folder is gone: nothing is known of its changes"
		return
	}
	said, damage, err := journalio.SalvageAt(dir.Path(rundir.JournalFile))
	switch {
	case st.Standing == rundir.StandsEmpty:
		d.Journal = "there is none: " + st.says()
	case errors.Is(err, fs.ErrNotExist):
		d.Journal = "there is no journal: nothing is known of the run's changes"
	case err != nil:
		d.Journal = err.Error()
	case damage != nil:
		d.DamagedLine = &damage.Line
		d.Journal = fmt.Sprintf("line %d is damaged (%s); what happened after line %d is not known", damage.Line, damage.Reason, damage.Line-1)
	case st.Flaw == rundir.FlawForeign:
		d.Journal = st.Err.Error()
		return // what it says is about another run
	case st.Standing == rundir.StandsOpen:
		d.Journal = fmt.Sprintf("whole, %s: %s", plural(said.Entries, "line"), st.next())
	default:
		d.Journal = fmt.Sprintf("whole, %s; %s", plural(said.Entries, "line"), st.says())
	}
	plan, planErr := planOf(dir)
	if said == nil || planErr != nil {
		return
	}
	defer plan.close()
	d.Entries = said.Entries
	for line, err := range plan.Lines {
		if err != nil {
			d.Journal += "; the plan cannot be read to its end"
			return
		}
		if _, parked := said.Parked[line.Line]; parked {
			d.Parked = append(d.Parked, abandonedLine{line.Line, line.CredentialID, line.HolderID, line.Action})
		}
		state, known := said.Lines[line.Line]
		switch {
		case state.InDoubt:
			d.InDoubt = append(d.InDoubt, abandonedLine{line.Line, line.CredentialID, line.HolderID, line.Action})
		case damage != nil && !known && line.Outcome == reconcile.Planned:
			d.Unaccounted++
		}
	}
}

// giveUp shows what is known of a run, asks, and closes it.
func (s *session) giveUp(ctx context.Context, dir *rundir.Dir, found *abandoned, yes bool) error {
	if err := s.app.showAbandoned(found); err != nil {
		return err
	}
	if !yes {
		sure, err := s.app.confirm(ctx, "Give run "+found.RunID+" up?")
		if err != nil {
			return classify(err)
		}
		if !sure {
			return fail(exitUsage, "nothing was changed", "not confirmed")
		}
	}
	if dir != nil {
		if err := dir.Write(rundir.AbandonedFile, found.write); err != nil {
			return &failure{code: exitError, err: err}
		}
	}
	err := s.remember(func(m *statedir.State) {
		again := slices.Contains(m.LeftParked, found.RunID)
		m.LeftParked = slices.DeleteFunc(m.LeftParked, func(id string) bool { return id == found.RunID })
		if !again && len(found.Temporary) > 0 {
			m.LeftParked = append(m.LeftParked, found.RunID) // the next apply heals those with rows
		}
		m.SyncOwed = m.SyncOwed || !again // nobody knows what was sent
		if m.OpenRun == found.RunID {
			m.OpenRun = ""
		}
	})
	if err != nil {
		return err
	}
	if dir != nil {
		// The one file that would let somebody take the run up again.
		if err := dir.Unseal(); err != nil {
			return &failure{code: exitError, err: err}
		}
	}
	if found.ExitCode != exitOK {
		return &failure{code: found.ExitCode, shown: true}
	}
	return nil
}

func (d *abandoned) write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(d)
}

// showAbandoned prints what is known of a run.
func (a *app) showAbandoned(d *abandoned) error {
	var err error
	switch {
	case a.json:
		return a.document(d)
	case a.quiet && d.ExitCode == exitOK:
	default:
		_, err = io.WriteString(a.stdout, d.text())
	}
	if err != nil {
		return fail(exitError, "", "write the result: %v", err)
	}
	return nil
}

// text is the same for a person.
func (d *abandoned) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Run %s of account %s\n", d.RunID, d.Account)
	fmt.Fprintf(&b, "  journal           %s\n", d.Journal)
	for _, l := range d.InDoubt {
		fmt.Fprintf(&b, "  in doubt          %s of %s\n", l.Action, d.schema.Whose(orElse(l.CredentialID, "that is new"), l.HolderID))
	}
	if d.Unaccounted > 0 {
		fmt.Fprintf(&b, "  not known         %s of its plan may have been sent or not\n", plural(d.Unaccounted, "change"))
	}
	for _, r := range d.Temporary {
		words := d.schema.Whose(r.CredentialID, r.HolderID)
		if r.HolderName != "" {
			words += " (" + r.HolderName + ")"
		}
		fmt.Fprintf(&b, "  temporary value   %s\n", words)
	}
	for _, l := range d.Parked {
		fmt.Fprintf(&b, "  temporary value   %s, or may be: the key that tells was lost with the state folder\n", d.schema.Whose(l.CredentialID, l.HolderID))
	}
	if len(d.Temporary)+len(d.Parked) == 0 {
		fmt.Fprintf(&b, "  temporary values  none of %s\n", plural(d.records, d.schema.Noun))
	}
	if d.Masked > 0 {
		fmt.Fprintf(&b, "  masked            %s that the provider does not show: nobody can tell\n", plural(d.Masked, "value"))
	}
	b.WriteString("  next              keyroster apply plans afresh from what the provider holds, and names whoever is still on a temporary value\n")
	return b.String()
}
