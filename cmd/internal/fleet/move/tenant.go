package move

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

// The outcomes of moving a tenant.
const (
	arrived = "moved"
	already = "already there"
	nothing = "nothing to move"
	refused = "not moved"
)

// counted is how much of a tenant was moved.
type counted struct{ Runs, Files int }

// end is one of the two places of a move, with a name to show.
type end struct {
	of   store.Tenant
	name string
	lock store.Lock
	// moved says that the tenant lives elsewhere, and where; nil if it lives here.
	moved *store.MovedError
}

// take takes the tenant's lock at this end, and checks where the tenant lives.
func (e *end) take() error {
	lock, err := account.TakeLock(e.of)
	if err != nil {
		return err
	}
	e.lock = lock
	err = store.CheckMoved(e.of)
	if moved, ok := errors.AsType[*store.MovedError](err); ok {
		e.moved, err = moved, nil
	}
	return err
}

func (e *end) release() {
	if e.lock != nil {
		_ = e.lock.Close()
	}
}

// hasData reports whether this end has any data of the tenant.
func (e *end) hasData() bool {
	id, _, _ := e.of.LastBegun()
	return id != "" || e.of.Has(store.StateDocument) || e.of.Has(store.ValuesDocument) || e.of.Has(store.UnlistedDocument)
}

// moveTenant moves a tenant with the given runs, and returns the outcome.
func moveTenant(from, to *end, runs []*store.Run, now time.Time) (state string, n counted, err error) {
	defer to.release()
	defer from.release()
	if err := from.take(); err != nil {
		return refused, n, err
	}
	if !from.hasData() && len(runs) == 0 && from.moved == nil {
		return nothing, n, nil
	}
	if err := to.take(); err != nil {
		return refused, n, err
	}
	switch {
	case to.moved != nil: // an unfinished move, or an earlier move away, left this end blocked
	case from.moved != nil && to.hasData():
		return already, n, nil
	case from.moved != nil:
		return refused, n, failure.New(failure.Unsafe, "move it from there", "%w", from.moved)
	case to.hasData():
		return refused, n, failure.New(failure.Unsafe,
			"remove it from the one whose runs you do not need, or move in the other direction",
			"the tenant has runs in both %s and %s: neither may overwrite the other", from.name, to.name)
	}
	n, err = carry(from, to, runs, now)
	if err != nil {
		return refused, n, failure.New(failure.Of(err).Kind, "run the same command again to continue", "%w", err)
	}
	return arrived, n, nil
}

// carry copies everything of the tenant from one end to the other, and only then makes the
// tenant live there. From its first call to its last, the receiving end allows no process to
// write to the provider.
func carry(from, to *end, runs []*store.Run, now time.Time) (n counted, err error) {
	if to.moved == nil {
		if err := store.RecordMove(to.lock, from.name, now); err != nil {
			return n, err
		}
	}
	if err := copyDocuments(from, to); err != nil {
		return n, err
	}
	if err := copyKeys(from, to); err != nil {
		return n, err
	}
	if n, err = copyRuns(from, to, runs); err != nil {
		return n, err
	}
	if from.moved == nil {
		if err := store.RecordMove(from.lock, to.name, now); err != nil {
			return n, err
		}
	}
	return n, to.lock.Drop(store.MovedDocument)
}

// copyDocuments copies the tenant's documents.
func copyDocuments(from, to *end) error {
	for _, name := range []store.Document{store.StateDocument, store.ValuesDocument, store.UnlistedDocument} {
		data, err := from.of.Document(name)
		if errors.Is(err, fs.ErrNotExist) {
			if err = to.lock.Drop(name); err != nil {
				return err
			}
			continue
		}
		if err == nil {
			err = to.lock.Save(name, data)
		}
		var arrived []byte
		if err == nil {
			arrived, err = to.of.Document(name)
		}
		if err == nil && !bytes.Equal(arrived, data) {
			err = fmt.Errorf("the copy of %s differs from the original", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyKeys copies the tenant's keys. Its errors do not contain them.
func copyKeys(from, to *end) error {
	for _, name := range []store.Key{store.FingerprintKey, store.SealKey} {
		text, err := from.of.Key(name, nil)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = to.lock.SetKey(name, text)
		}
		var arrived []byte
		if err == nil {
			arrived, err = to.of.Key(name, nil)
		}
		if err == nil && !bytes.Equal(arrived, text) {
			err = fmt.Errorf("the copy of %s differs from the original", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// copyRuns copies the runs, and which of them was begun last.
func copyRuns(from, to *end, runs []*store.Run) (n counted, err error) {
	begun, open, err := from.of.LastBegun()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return n, err
	}
	if open != nil {
		runs = append([]*store.Run{open}, runs...)
	}
	carried := map[string]bool{}
	for _, run := range runs {
		if carried[run.ID()] {
			continue
		}
		carried[run.ID()] = true
		copied, err := to.lock.Adopt(run.ID())
		files := 0
		if err == nil {
			files, err = copyFiles(run, copied.Files)
		}
		if err == nil && run.ID() == begun {
			err = to.lock.Begin(copied)
		}
		if err != nil {
			return n, fmt.Errorf("move run %s: %w", run.ID(), err)
		}
		n.Runs++
		n.Files += files
	}
	return n, nil
}
