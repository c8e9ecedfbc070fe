package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"keyroster/io/journalio"
)

// StartJournal makes the journal of a run that is new. A journal that exists is
// fs.ErrExist; one that was there and is gone, as its mark tells, is a
// [journalio.DamageError].
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

// ResumeJournal opens the journal to go on with it, as [journalio.Resume] does; no
// journal is fs.ErrNotExist. The caller holds the tenant's lock.
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

// ReadJournal verifies the journal and writes nothing. A torn tail is no error. A
// journal that was changed, or that is gone although its mark tells of lines, is a
// [journalio.DamageError]; no journal is fs.ErrNotExist.
func (r *Run) ReadJournal() (*journalio.Replay, error) {
	said, damage, err := r.SalvageJournal()
	if damage != nil {
		return nil, damage
	}
	if err != nil {
		return nil, err
	}
	return said, nil
}

// SalvageJournal is [Run.ReadJournal] of what stands before the first bad line of a
// journal that was changed, as [journalio.Salvage] reads it.
func (r *Run) SalvageJournal() (*journalio.Replay, *journalio.DamageError, error) {
	name := r.Path(JournalFile)
	f, err := r.Open(JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		if text, markErr := r.markText(); markErr == nil {
			if said, damage, _ := journalio.Salvage(bytes.NewReader(nil), text, name); damage != nil {
				return said, damage, nil
			}
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read journal: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
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
