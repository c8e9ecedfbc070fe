package store

import (
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/journalio"
)

// RunStatus is how a run stands by its files.
type RunStatus string

// The statuses of a run.
const (
	// RunOpen: it was interrupted, or is at work, and can be brought to its end.
	RunOpen RunStatus = "open"
	// RunClosed: it came to its end, and its manifest says what it consists of.
	RunClosed RunStatus = "closed"
	// RunEmpty: it ended before it could send anything, and left no manifest.
	RunEmpty RunStatus = "empty"
	// RunAbandoned: it was given up, and a file says what was known of it.
	RunAbandoned RunStatus = "abandoned"
	// RunDamaged: it may have sent something, and its files do not suffice to go on.
	RunDamaged RunStatus = "damaged"
)

// Flaw is what is wrong with a damaged run.
type Flaw string

// The flaws of runs. FlawKey, FlawSuperseded and FlawUnread are never seen in its
// files alone: they follow from what is remembered of the tenant.
const (
	FlawManifest   Flaw = "manifest"  // it cannot be read
	FlawJournal    Flaw = "journal"   // it was changed, cut or taken away
	FlawSeal       Flaw = "seal"      // the sealed copy is gone
	FlawForeign    Flaw = "foreign"   // a file is another run's
	FlawUnread     Flaw = "unread"    // its plan or its sealed copy cannot be read
	FlawKey        Flaw = "key"       // what opens the sealed copy is gone
	FlawSuperseded Flaw = "overtaken" // a later run went on without it
	FlawFolder     Flaw = "folder"    // the folder is gone
)

// Assessment is how a run stands, and what follows from that.
type Assessment struct {
	Status RunStatus
	// Flaw and Err say what is wrong with a damaged run.
	Flaw Flaw
	Err  error
	// Closing: the run is over and its reports are written; only the manifest is
	// missing.
	Closing bool
	// Journal is what the journal says; nil where there is none, or none that can
	// be read.
	Journal *journalio.Replay
}

// Parked reports whether the run left records on temporary values, or may have,
// by its journal.
func (a *Assessment) Parked() bool { return a.Journal != nil && len(a.Journal.Parked) > 0 }

// Assess says how the run stands by its files alone. Every command that must know
// asks here, so that no two of them disagree.
func (r *Run) Assess() Assessment { return r.assess(r.Manifest()) }

// AssessFound is [Run.Assess] by the manifest that [Open] found, which is not read back:
// it is for looking at many runs.
func (r *Run) AssessFound() Assessment {
	if r.found != nil {
		return r.assess(r.found, nil)
	}
	return r.Assess()
}

// assess says how the run stands by its manifest, or by the error of reading it.
func (r *Run) assess(m *Manifest, err error) Assessment {
	switch {
	case err == nil && m.RunID != r.name && ValidID(r.name):
		return r.foreignFile(ManifestFile, m.RunID)
	case err == nil:
		return Assessment{Status: RunClosed}
	case r.Has(AbandonedFile):
		return Assessment{Status: RunAbandoned}
	case !errors.Is(err, ErrNoManifest):
		return Assessment{Status: RunDamaged, Flaw: FlawManifest, Err: err}
	}
	sealed := r.Has(SealedFile)
	said, err := r.ReadJournal()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && said.Entries == 0:
		if sealed {
			return Assessment{Status: RunOpen}
		}
		return Assessment{Status: RunEmpty}
	case err != nil:
		return Assessment{Status: RunDamaged, Flaw: FlawJournal, Err: err}
	case said.RunID() != r.name && !unnamed(said):
		return r.foreignFile(JournalFile, said.RunID())
	case sealed:
		return Assessment{Status: RunOpen, Journal: said}
	case said.Ended && r.Has(ReportJSONFile):
		return Assessment{Status: RunOpen, Closing: true, Journal: said}
	}
	gone := fmt.Errorf("run folder %s: its %s is missing", r.Place(), SealedFile)
	return Assessment{Status: RunDamaged, Flaw: FlawSeal, Journal: said, Err: gone}
}

// unnamed reports whether a journal says nothing but that its first line was cut off,
// which would have said whose it is: two processes died, one in that line and one
// before it was written again.
func unnamed(said *journalio.Replay) bool {
	return said.Run.Kind == "" && len(said.Lines) == 0 && !said.Ended
}

func (r *Run) foreignFile(name, of string) Assessment {
	return r.ForeignFile(fmt.Errorf("run folder %s: its %s is of run %s: "+
		"the folder was renamed, or the file belongs to another run", r.Place(), name, of))
}

// ForeignFile is the assessment of a run that holds another run's file, as why says.
func (r *Run) ForeignFile(why error) Assessment {
	return Assessment{Status: RunDamaged, Flaw: FlawForeign, Err: why}
}

// DiscardEmpty deletes a run that ended before it could send anything. It leaves any
// other as it is, and says which it was.
func (r *Run) DiscardEmpty() (bool, error) {
	if r.Assess().Status != RunEmpty {
		return false, nil
	}
	if err := r.Discard(); err != nil {
		return false, fmt.Errorf("delete the folder of a run that sent nothing: %w", err)
	}
	return true, nil
}
