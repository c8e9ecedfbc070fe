package store

import (
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/journalio"
)

// RunStatus is the status of a run by its files.
type RunStatus string

// The statuses of a run.
const (
	// RunOpen: it was interrupted, or is running, and can be settled.
	RunOpen RunStatus = "open"
	// RunClosed: it came to its end, and its manifest says what it consists of.
	RunClosed RunStatus = "closed"
	// RunEmpty: it ended before it sent anything, and left no manifest.
	RunEmpty RunStatus = "empty"
	// RunAbandoned: it was abandoned, and a file says what was known of it.
	RunAbandoned RunStatus = "abandoned"
	// RunDamaged: it may have sent something, and its files are not enough to go on.
	RunDamaged RunStatus = "damaged"
)

// Flaw is what is wrong with a damaged run.
type Flaw string

// The flaws of runs. FlawKey, FlawSuperseded and FlawUnread do not follow from a run's files
// alone, but from what is remembered of the tenant.
const (
	FlawManifest   Flaw = "manifest"  // it cannot be read
	FlawJournal    Flaw = "journal"   // it was changed, cut or removed
	FlawSeal       Flaw = "seal"      // the sealed copy is gone
	FlawForeign    Flaw = "foreign"   // a file belongs to another run
	FlawUnread     Flaw = "unread"    // its plan or its sealed copy cannot be read
	FlawKey        Flaw = "key"       // the key of the sealed copy is gone
	FlawSuperseded Flaw = "overtaken" // a later run went on without it
	FlawFolder     Flaw = "folder"    // the folder is gone
)

// Assessment is the status of a run, with its details.
type Assessment struct {
	Status RunStatus
	// Flaw and Err say what is wrong with a damaged run.
	Flaw Flaw
	Err  error
	// Closing: the run is over and its reports are written; only the manifest is
	// missing.
	Closing bool
	// Journal is what the journal says; nil where it is missing or cannot be read.
	Journal *journalio.Replay
}

// Parked reports whether the run left records on temporary values, or may have,
// by its journal.
func (a *Assessment) Parked() bool { return a.Journal != nil && len(a.Journal.Parked) > 0 }

// Assess finds the run's status from its files alone. Every command uses it, so that no two of
// them disagree.
func (r *Run) Assess() Assessment { return r.assess(r.Manifest()) }

// AssessFound is [Run.Assess] with the manifest that [Open] found, which is not read again: for
// listing many runs.
func (r *Run) AssessFound() Assessment {
	if r.found != nil {
		return r.assess(r.found, nil)
	}
	return r.Assess()
}

// assess finds the status from the manifest, or from the error of reading it.
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
	replayed, err := r.ReadJournal()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && replayed.Entries == 0:
		if sealed {
			return Assessment{Status: RunOpen}
		}
		return Assessment{Status: RunEmpty}
	case err != nil:
		return Assessment{Status: RunDamaged, Flaw: FlawJournal, Err: err}
	case replayed.RunID() != r.name && !unnamed(replayed):
		return r.foreignFile(JournalFile, replayed.RunID())
	case sealed:
		return Assessment{Status: RunOpen, Journal: replayed}
	case replayed.Ended && r.Has(ReportJSONFile):
		return Assessment{Status: RunOpen, Closing: true, Journal: replayed}
	}
	gone := fmt.Errorf("run folder %s: its %s is missing", r.Place(), SealedFile)
	return Assessment{Status: RunDamaged, Flaw: FlawSeal, Journal: replayed, Err: gone}
}

// unnamed reports whether a journal has no line that names its run, because that first line was
// cut off: two processes died, one while writing it and one before writing it again.
func unnamed(replayed *journalio.Replay) bool {
	return replayed.Run.Kind == "" && len(replayed.Lines) == 0 && !replayed.Ended
}

func (r *Run) foreignFile(name, of string) Assessment {
	return r.ForeignFile(fmt.Errorf("run folder %s: its %s is of run %s: "+
		"the folder was renamed, or the file belongs to another run", r.Place(), name, of))
}

// ForeignFile is the assessment of a run that holds another run's file, as why says.
func (r *Run) ForeignFile(why error) Assessment {
	return Assessment{Status: RunDamaged, Flaw: FlawForeign, Err: why}
}

// DiscardEmpty deletes a run that ended before it sent anything, and reports whether it was
// one; others stay.
func (r *Run) DiscardEmpty() (bool, error) {
	if r.Assess().Status != RunEmpty {
		return false, nil
	}
	if err := r.Discard(); err != nil {
		return false, fmt.Errorf("delete the folder of a run that sent nothing: %w", err)
	}
	return true, nil
}
