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

// The states of a tenant that was to move.
const (
	arrived = "moved"
	already = "already there"
	nothing = "nothing to move"
	refused = "not moved"
)

// counted is what was moved of a tenant.
type counted struct{ Runs, Files int }

// end is one of the two places of a move, with its name for people.
type end struct {
	of   store.Tenant
	name string
	lock store.Lock
	// moved is where the tenant lives, if that is not here.
	moved *store.MovedError
}

// take takes the tenant's lock at this end, and asks where the tenant lives.
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

// knows reports whether anything is remembered of the tenant at this end.
func (e *end) knows() bool {
	id, _, _ := e.of.LastBegun()
	return id != "" || e.of.Has(store.StateDocument) || e.of.Has(store.ValuesDocument) || e.of.Has(store.UnlistedDocument)
}

// tenant moves one tenant with these of its runs, and says what became of it.
func tenant(from, to *end, runs []*store.Run, now time.Time) (state string, n counted, err error) {
	defer to.release()
	defer from.release()
	if err := from.take(); err != nil {
		return refused, n, err
	}
	if !from.knows() && len(runs) == 0 && from.moved == nil {
		return nothing, n, nil
	}
	if err := to.take(); err != nil {
		return refused, n, err
	}
	switch {
	case to.moved != nil: // whoever began this move, or left, had it refuse everybody
	case from.moved != nil && to.knows():
		return already, n, nil
	case from.moved != nil:
		return refused, n, failure.New(failure.Unsafe, "move it from there", "%w", from.moved)
	case to.knows():
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

// carry makes what is kept at one end equal to what is kept at the other, and only then has
// the tenant live there. From its first call to its last, no process may write to the
// provider from the end that is filled.
func carry(from, to *end, runs []*store.Run, now time.Time) (n counted, err error) {
	if to.moved == nil {
		if err := store.RecordMove(to.lock, from.name, now); err != nil {
			return n, err
		}
	}
	if err := documents(from, to); err != nil {
		return n, err
	}
	if err := keys(from, to); err != nil {
		return n, err
	}
	if n, err = runsOf(from, to, runs); err != nil {
		return n, err
	}
	if from.moved == nil {
		if err := store.RecordMove(from.lock, to.name, now); err != nil {
			return n, err
		}
	}
	return n, to.lock.Drop(store.MovedDocument)
}

// documents carries what is remembered.
func documents(from, to *end) error {
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

// keys carries the tenant's keys. Its errors quote none.
func keys(from, to *end) error {
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

// runsOf carries the runs, and which of them was begun last.
func runsOf(from, to *end, runs []*store.Run) (n counted, err error) {
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
