package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/journalio"
)

// StartJournal makes the journal of a new run. A journal that exists is fs.ErrExist; one that
// is gone although its mark requires lines is a [journalio.DamageError].
func (r *Run) StartJournal() (*journalio.Journal, error) {
	if !r.Has(JournalFile) {
		text, err := r.markText()
		if err == nil {
			_, err = journalio.Read(bytes.NewReader(nil), text, r.Path(JournalFile))
		}
		if err != nil {
			return nil, err
		}
	}
	f, m, err := r.CreateJournal()
	if err != nil {
		return nil, fmt.Errorf("create journal: %w", err)
	}
	return journalio.Create(f, m)
}

// ResumeJournal opens the journal to continue it, as [journalio.Resume] does; a missing journal
// is fs.ErrNotExist. The caller must hold the tenant's lock.
func (r *Run) ResumeJournal() (*journalio.Journal, *journalio.Replay, error) {
	f, m, err := r.OpenJournal()
	if err != nil {
		return nil, nil, fmt.Errorf("resume journal: %w", err)
	}
	text, err := r.markText()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close(), m.Close(false))
	}
	return journalio.Resume(f, m, text, r.Path(JournalFile))
}

// ReadJournal verifies the journal and writes nothing. A torn tail is not an error. A journal
// that was changed, or that is gone although its mark requires lines, is a
// [journalio.DamageError]; a missing journal is fs.ErrNotExist.
func (r *Run) ReadJournal() (*journalio.Replay, error) {
	replayed, damage, err := r.SalvageJournal()
	if damage != nil {
		return nil, damage
	}
	if err != nil {
		return nil, err
	}
	return replayed, nil
}

// SalvageJournal is [Run.ReadJournal] of the lines before the first bad one of a journal that
// was changed, like [journalio.Salvage].
func (r *Run) SalvageJournal() (*journalio.Replay, *journalio.DamageError, error) {
	name := r.Path(JournalFile)
	f, err := r.Open(JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		if text, markErr := r.markText(); markErr == nil {
			if replayed, damage, _ := journalio.Salvage(bytes.NewReader(nil), text, name); damage != nil {
				return replayed, damage, nil
			}
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read journal: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read, so an error does not matter
	text, err := r.markText()
	if err != nil {
		return nil, nil, err
	}
	return journalio.Salvage(f, text, name)
}

// markText is the text of the journal's mark, empty where there is none.
func (r *Run) markText() ([]byte, error) {
	text, err := read(r.Files, MarkFile, journalio.MarkMax)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the mark of the journal: %w", err)
	}
	return text, nil
}
