package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/history"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Abandoned is what is known of a run that is given up, as abandoned.json holds it.
type Abandoned struct {
	Schema   string    `json:"schema"`
	RunID    string    `json:"run_id"`
	Account  string    `json:"account"`
	Provider string    `json:"provider"`
	Operator string    `json:"operator"`
	At       time.Time `json:"abandoned_at"`
	ExitCode int       `json:"exit_code"`
	// Journal says in words how far the journal tells what happened; Entries are its
	// good lines, DamagedLine the first bad one, null without damage.
	Journal     string `json:"journal"`
	Entries     int    `json:"entries"`
	DamagedLine *int   `json:"damaged_line"`
	// InDoubt were announced and have no outcome; of Unaccounted further changes of
	// the plan nothing is known.
	InDoubt     []AbandonedLine `json:"in_doubt"`
	Unaccounted int             `json:"unaccounted"`
	// Temporary are on a temporary value of the run; of Masked records the provider
	// hides the value.
	Temporary []AbandonedRecord `json:"temporary"`
	Masked    int               `json:"masked"`
	// Parked were put on a temporary value, says the journal, and the key is lost by
	// which such values are known.
	Parked []AbandonedLine `json:"parked,omitempty"`

	// Nouns are those of the account's records, of which there are Records.
	Nouns   *reconcile.Schema `json:"-"`
	Records int               `json:"-"`
}

// AbandonedLine is a change of the run's plan.
type AbandonedLine struct {
	Line         int              `json:"line"`
	CredentialID string           `json:"credential_id"`
	HolderID     string           `json:"holder_id"`
	Action       reconcile.Action `json:"action"`
}

// AbandonedRecord is a record of the account.
type AbandonedRecord struct {
	CredentialID string `json:"credential_id"`
	HolderID     string `json:"holder_id"`
	HolderName   string `json:"holder_name"`
}

func (l *Locked) newAbandoned(id string) *Abandoned {
	return &Abandoned{
		Schema: "keyroster/abandoned/1", RunID: id, Account: l.account.Config.Name, Provider: l.account.Spec.Name,
		Operator: l.options.Operator, At: time.Now().UTC().Truncate(time.Second),
		InDoubt: []AbandonedLine{}, Temporary: []AbandonedRecord{},
	}
}

// read takes over what the run's own files say.
func (d *Abandoned) read(run *store.Run, st *history.RunStatus) {
	if run == nil {
		d.Journal = "the run folder is gone: its changes are not known"
		return
	}
	said, damage, err := run.SalvageJournal()
	switch {
	case st.Status == store.RunEmpty:
		d.Journal = "there is none: " + st.Describe()
	case errors.Is(err, fs.ErrNotExist):
		d.Journal = "there is no journal: the run's changes are not known"
	case err != nil:
		d.Journal = err.Error()
	case damage != nil:
		d.DamagedLine = &damage.Line
		d.Journal = fmt.Sprintf(
			"line %d is damaged (%s); what happened after line %d is not known", damage.Line, damage.Reason,
			damage.Line-1,
		)
	case st.Flaw == store.FlawForeign:
		d.Journal = st.Err.Error()
		return // what it says is about another run
	case st.Status == store.RunOpen:
		d.Journal = fmt.Sprintf("complete, %s: %s", failure.Plural(said.Entries, "line"), st.NextStep())
	default:
		d.Journal = fmt.Sprintf("complete, %s; %s", failure.Plural(said.Entries, "line"), st.Describe())
	}
	plan, planErr := history.PlanOf(run)
	if said == nil || planErr != nil {
		return
	}
	defer plan.Close()
	d.Entries = said.Entries
	for line, err := range plan.Lines {
		if err != nil {
			d.Journal += "; the plan cannot be read to its end"
			return
		}
		one := AbandonedLine{line.Line, line.CredentialID, line.HolderID, line.Action}
		if _, parked := said.Parked[line.Line]; parked {
			d.Parked = append(d.Parked, one)
		}
		state, known := said.Lines[line.Line]
		switch {
		case state.InDoubt:
			d.InDoubt = append(d.InDoubt, one)
		case damage != nil && !known && line.Outcome == reconcile.Planned:
			d.Unaccounted++
		}
	}
}

// Write writes it as abandoned.json.
func (d *Abandoned) Write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(d)
}

// abandonSuperseded gives up a run that a new one goes on without, so that it is not taken for
// open.
func (l *Locked) abandonSuperseded(run *store.Run, st *history.RunStatus) error {
	known := l.newAbandoned(st.ID)
	known.read(run, st)
	known.Parked = nil // the next listing tells
	err := run.Write(store.AbandonedFile, known.Write)
	if err == nil {
		err = run.Unseal()
	}
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}
