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

// Abandoned is what is known of an abandoned run, as stored in abandoned.json.
type Abandoned struct {
	Schema   string    `json:"schema"`
	RunID    string    `json:"run_id"`
	Account  string    `json:"account"`
	Provider string    `json:"provider"`
	Operator string    `json:"operator"`
	At       time.Time `json:"abandoned_at"`
	ExitCode int       `json:"exit_code"`
	// Journal says how much of the run the journal covers; Entries counts its valid lines,
	// DamagedLine is the first damaged one, null for none.
	Journal     string `json:"journal"`
	Entries     int    `json:"entries"`
	DamagedLine *int   `json:"damaged_line"`
	// InDoubt are changes that were announced but have no outcome; Unaccounted counts the other
	// changes of the plan about which nothing is known.
	InDoubt     []AbandonedLine `json:"in_doubt"`
	Unaccounted int             `json:"unaccounted"`
	// Temporary are records on temporary values of the run; Masked counts records whose values
	// the provider hides.
	Temporary []AbandonedRecord `json:"temporary"`
	Masked    int               `json:"masked"`
	// Parked are records that the journal says were parked, if the key that identifies their
	// temporary values is lost.
	Parked []AbandonedLine `json:"parked,omitempty"`

	// Nouns are those of the account's records, and Records is the number of records.
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

// read adds what the run's own files say.
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
		return // the journal belongs to another run
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

// Write writes abandoned.json.
func (d *Abandoned) Write(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(d)
}

// abandonSuperseded abandons a run that a new run replaces, so that it is not taken for open.
func (l *Locked) abandonSuperseded(run *store.Run, st *history.RunStatus) error {
	known := l.newAbandoned(st.ID)
	known.read(run, st)
	known.Parked = nil // the next listing shows them
	err := run.Write(store.AbandonedFile, known.Write)
	if err == nil {
		err = run.Unseal()
	}
	if err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}
