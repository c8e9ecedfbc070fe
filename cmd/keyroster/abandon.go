package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"keyroster/io/journalio"
	"keyroster/io/rundir"
	"keyroster/io/statedir"
	"keyroster/reconcile"
)

// abandonedFile is what is known of an abandoned run, in its folder.
const abandonedFile = "abandoned.json"

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
	if !s.mayAbandon(dir, id) {
		return fail(exitUsage, "", "run %s is not open: there is nothing to abandon", id)
	}
	found, err := s.inspect(ctx, dir, id)
	if err != nil {
		return err
	}
	return s.giveUp(ctx, dir, found, yes)
}

// mayAbandon tells whether a run is open: in the state folder, or by its own
// files when the state folder was lost.
func (s *session) mayAbandon(dir *rundir.Dir, id string) bool {
	if s.memory.OpenRun == id || slices.Contains(s.memory.LeftParked, id) {
		return true
	}
	if dir == nil {
		return false
	}
	_, err := os.Stat(dir.Path(rundir.SealedFile))
	return err == nil
}

// inspect finds out what can be known of a run that is to be abandoned.
func (s *session) inspect(ctx context.Context, dir *rundir.Dir, id string) (*abandoned, error) {
	key, err := s.app.fingerprintKey(ctx, s.acc, s.state)
	if err != nil {
		return nil, err
	}
	listing, err := s.acc.list(ctx, reconcile.Scope{}, func(int, int) {})
	if err != nil {
		return nil, classify(err)
	}
	schema := listing.Records.Schema()
	out := &abandoned{
		Schema: "keyroster/abandoned/1", RunID: id, Account: s.config.Name, Provider: s.spec.Name, Operator: s.app.operator(), At: time.Now().UTC().Truncate(time.Second),
		InDoubt: []abandonedLine{}, Temporary: []abandonedRecord{}, schema: schema, records: listing.Records.Len(),
	}
	left, masked := leftoversOf([]string{id}, key, listing.Records, nil)
	out.Masked = masked
	for _, l := range left {
		holder := l.record.Text("holder_id")
		name, _ := s.acc.names(holder)
		out.Temporary = append(out.Temporary, abandonedRecord{l.record.ID(), holder, orElse(l.record.Text("holder_name"), name)})
	}
	if len(left) > 0 {
		out.ExitCode = exitPartial
	}
	out.read(dir)
	return out, nil
}

// read takes over what the run's own files say.
func (d *abandoned) read(dir *rundir.Dir) {
	if dir == nil {
		d.Journal = "the run folder is gone: nothing is known of its changes"
		return
	}
	said, damage, err := journalio.Salvage(dir.Path(rundir.JournalFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.Journal = "there is no journal: nothing is known of the run's changes"
	case err != nil:
		d.Journal = err.Error()
	case damage != nil:
		d.DamagedLine = &damage.Line
		d.Journal = fmt.Sprintf("line %d is damaged (%s); what happened after line %d is not known", damage.Line, damage.Reason, damage.Line-1)
	default:
		d.Journal = fmt.Sprintf("whole, %s: keyroster resume, or the next apply, can bring the run to its end", plural(said.Entries, "line"))
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
		if err := dir.Write(abandonedFile, found.write); err != nil {
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
		if err := os.Remove(dir.Path(rundir.SealedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &failure{code: exitError, err: fmt.Errorf("remove the sealed copy: %w", err)}
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
	if len(d.Temporary) == 0 {
		fmt.Fprintf(&b, "  temporary values  none of %s\n", plural(d.records, d.schema.Noun))
	}
	if d.Masked > 0 {
		fmt.Fprintf(&b, "  masked            %s that the provider does not show: nobody can tell\n", plural(d.Masked, "value"))
	}
	b.WriteString("  next              keyroster apply plans afresh from what the provider holds, and names whoever is still on a temporary value\n")
	return b.String()
}
