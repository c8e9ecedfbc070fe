package store

import (
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/journalio"
)

// Standing is how a run stands by its files.
type Standing string

// The standings of a run.
const (
	// StandsOpen: it was interrupted, or is at work, and can be brought to its end.
	StandsOpen Standing = "open"
	// StandsClosed: it came to its end, and its manifest says what it consists of.
	StandsClosed Standing = "closed"
	// StandsEmpty: it ended before it could send anything, and left no manifest.
	StandsEmpty Standing = "empty"
	// StandsAbandoned: it was given up, and a file says what was known of it.
	StandsAbandoned Standing = "abandoned"
	// StandsDamaged: it may have sent something, and its files do not suffice to go on.
	StandsDamaged Standing = "damaged"
)

// Flaw is what is wrong with a damaged run.
type Flaw string

// The flaws of runs. FlawKey, FlawOvertaken and FlawUnread are never seen in its
// files alone: they follow from what is remembered of the tenant.
const (
	FlawManifest  Flaw = "manifest"  // it cannot be read
	FlawJournal   Flaw = "journal"   // it was changed, cut or taken away
	FlawSeal      Flaw = "seal"      // the sealed copy is gone
	FlawForeign   Flaw = "foreign"   // a file is another run's
	FlawUnread    Flaw = "unread"    // its plan or its sealed copy cannot be read
	FlawKey       Flaw = "key"       // what opens the sealed copy is gone
	FlawOvertaken Flaw = "overtaken" // a later run went on without it
	FlawFolder    Flaw = "folder"    // the folder is gone
)

// Judgement is how a run stands, and what follows from that.
type Judgement struct {
	Standing Standing
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
func (j *Judgement) Parked() bool { return j.Journal != nil && len(j.Journal.Parked) > 0 }

// Judge says how the run stands by its files alone. Every command that must know
// asks here, so that no two of them disagree.
func (r *Run) Judge() Judgement { return r.judge(r.Manifest()) }

// JudgeFound is [Run.Judge] by the manifest that [Open] found, which is not read again:
// it is for looking at many runs.
func (r *Run) JudgeFound() Judgement {
	if r.found != nil {
		return r.judge(r.found, nil)
	}
	return r.Judge()
}

// judge says how the run stands by its manifest, or by the error of reading it.
func (r *Run) judge(m *Manifest, err error) Judgement {
	switch {
	case err == nil && m.RunID != r.name && ValidID(r.name):
		return r.foreignFile(ManifestFile, m.RunID)
	case err == nil:
		return Judgement{Standing: StandsClosed}
	case r.Has(AbandonedFile):
		return Judgement{Standing: StandsAbandoned}
	case !errors.Is(err, ErrNoManifest):
		return Judgement{Standing: StandsDamaged, Flaw: FlawManifest, Err: err}
	}
	sealed := r.Has(SealedFile)
	said, err := r.ReadJournal()
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && said.Entries == 0:
		if sealed {
			return Judgement{Standing: StandsOpen}
		}
		return Judgement{Standing: StandsEmpty}
	case err != nil:
		return Judgement{Standing: StandsDamaged, Flaw: FlawJournal, Err: err}
	case said.RunID() != r.name && !unnamed(said):
		return r.foreignFile(JournalFile, said.RunID())
	case sealed:
		return Judgement{Standing: StandsOpen, Journal: said}
	case said.Ended && r.Has(ReportJSONFile):
		return Judgement{Standing: StandsOpen, Closing: true, Journal: said}
	}
	gone := fmt.Errorf("run folder %s: its %s is gone", r.Place(), SealedFile)
	return Judgement{Standing: StandsDamaged, Flaw: FlawSeal, Journal: said, Err: gone}
}

// unnamed reports whether a journal says nothing but that its first line was cut off,
// which would have said whose it is: two processes died, one in that line and one
// before it was written again.
func unnamed(said *journalio.Replay) bool {
	return said.Run.Kind == "" && len(said.Lines) == 0 && !said.Ended
}

func (r *Run) foreignFile(name, of string) Judgement {
	return r.Foreign(fmt.Errorf("run folder %s: its %s is of run %s: "+
		"the folder was renamed, or the file is another run's", r.Place(), name, of))
}

// Foreign is the judgement of a run that holds another run's file, as why says.
func (r *Run) Foreign(why error) Judgement {
	return Judgement{Standing: StandsDamaged, Flaw: FlawForeign, Err: why}
}

// DiscardEmpty deletes a run that ended before it could send anything. It leaves any
// other as it is, and says which it was.
func (r *Run) DiscardEmpty() (bool, error) {
	if r.Judge().Standing != StandsEmpty {
		return false, nil
	}
	if err := r.Discard(); err != nil {
		return false, fmt.Errorf("delete the folder of a run that sent nothing: %w", err)
	}
	return true, nil
}
