package nights

import (
	"cmp"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/history"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Shown is one run in full. Its JSON form is the output of runs show: members may be added,
// never renamed.
type Shown struct {
	Schema string `json:"schema"`
	Entry
	Place string `json:"place"`
	Tool  string `json:"tool"`
	// Verdict and Stopped are copied from its report; Warnings are about the run as a whole.
	Verdict   string              `json:"verdict"`
	Stopped   string              `json:"stopped"`
	Inputs    []reportio.Input    `json:"inputs"`
	Limits    reconcile.Limits    `json:"limits"`
	Overrides []reportio.Override `json:"overrides"`
	Warnings  []string            `json:"warnings"`
	Holders   []string            `json:"holders"`
	// Changes are the lines that were applied, and those that need a person.
	Changes []Change `json:"changes"`
	Files   []File   `json:"files"`
	// Undo is how to undo the run, or why that is impossible.
	Undo string `json:"undo"`
}

// ShownSchema is the schema name of a [Shown].
const ShownSchema = "keyroster/run/1"

// File is a file of a run. HoldsValues: it holds real card numbers or PINs, according to the manifest.
type File struct {
	Name        string `json:"name"`
	Bytes       *int64 `json:"bytes"`
	HoldsValues bool   `json:"holds_values"`
}

// Show reads one run, named by its id or place. If a part cannot be read, its Problem says so.
func Show(st store.Store, ref string, log zerolog.Logger) (*Shown, error) {
	run, stands, err := history.RunOf(st, ref, log)
	if run == nil {
		return nil, err
	}
	s := &Shown{Schema: ShownSchema, Entry: *EntryOf(run, nil), Place: run.Place(), Changes: []Change{}}
	if s.Status == store.RunOpen {
		s.updateStatus(&stands)
	}
	s.head(run)
	var unread, unlisted error
	if s.Status != store.RunEmpty {
		s.Changes, unread = changesOf(run, &s.Entry, isNotable)
	}
	s.Files, unlisted = filesOf(run)
	if err := cmp.Or(unread, unlisted); err != nil {
		s.Problem = cmp.Or(s.Problem, err.Error())
	}
	s.Undo = s.undo(run)
	return s, nil
}

// updateStatus adds the status of an open run, using what is remembered of its tenant.
func (s *Shown) updateStatus(stands *history.RunStatus) {
	s.Status, s.Next = stands.Status, stands.NextStep()
	if s.Status == store.RunDamaged {
		s.Problem = stands.Describe()
	}
	s.Result = s.words()
}

// head copies what the report says of the run as a whole.
func (s *Shown) head(run *store.Run) {
	report, err := history.Head(run)
	if err != nil || report.RunID != s.RunID && s.Status != store.RunClosed {
		report = &reportio.Report{} // its entry reports that it is missing
	}
	s.Tool, s.Verdict, s.Stopped, s.Limits = report.Tool, report.Verdict, report.Stopped, report.Limits
	s.Inputs = append([]reportio.Input{}, report.Inputs...)
	s.Overrides = append([]reportio.Override{}, report.Overrides...)
	s.Warnings = append([]string{}, report.Warnings...)
	s.Holders = append([]string{}, report.Holders...)
	if s.Limits == nil {
		s.Limits = reconcile.Limits{}
	}
}

// filesOf lists the files of a run, with sizes if its manifest has them.
func filesOf(run *store.Run) ([]File, error) {
	out := []File{}
	entries, err := run.List()
	if err != nil {
		return out, err
	}
	listed := map[string]*store.Listed{}
	if m, err := run.Manifest(); err == nil {
		for i := range m.Files {
			listed[m.Files[i].Name] = &m.Files[i]
		}
	}
	for _, entry := range entries {
		f := File{Name: entry.Name}
		if known := listed[entry.Name]; known != nil {
			f.Bytes, f.HoldsValues = &known.Bytes, known.HoldsValues
		}
		out = append(out, f)
	}
	return out, nil
}

// undo is how to undo the run, or why that is impossible.
func (s *Shown) undo(run *store.Run) string {
	switch {
	case s.Status == store.RunOpen:
		return "the run is open: finish it first"
	case s.Status != store.RunClosed:
		return "the run did not finish"
	case s.Applied == 0:
		return "it changed nothing"
	case run.Has(store.UndoFile):
		return "keyroster undo " + run.Argument()
	}
	return "its old values are no longer kept (undo_for)"
}

// day formats a time for people.
func day(at time.Time) string { return at.Format("2006-01-02 15:04") }
