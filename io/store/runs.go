package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Expire deletes an account's runs that began before an instant, and returns their
// ids. It leaves runs that are kept under a name other than an id, runs of other accounts, and
// every run that is neither closed nor abandoned nor empty. The runs in keep stay too. It goes
// on after errors, and returns all of them.
func Expire(s Store, account string, before time.Time, keep ...string) ([]string, error) {
	q := RunQuery{Account: account, Before: before, Lacks: []string{SealedFile}}
	return remove(s, q, keep, func(r *Run) bool {
		if r.Has(SealedFile) {
			return false
		}
		switch r.Assess().Status {
		case RunClosed, RunAbandoned:
			return r.account() == account
		case RunEmpty:
			return true
		}
		return false
	})
}

// DiscardEmpty deletes an account's runs that began before an instant and ended before they
// sent anything. A run that has just started looks like that too: before must be long ago.
func DiscardEmpty(s Store, account string, before time.Time) ([]string, error) {
	q := RunQuery{Account: account, Before: before, Lacks: []string{ManifestFile, AbandonedFile, SealedFile}}
	return remove(s, q, nil, func(r *Run) bool { return r.Assess().Status == RunEmpty })
}

// WipeUndo removes the old values from an account's runs that began before an instant, and
// returns the ids of those runs. A run that is not closed keeps them: it may still write them.
// It goes on after errors, and returns all of them.
func WipeUndo(s Store, account string, before time.Time) ([]string, error) {
	var wiped []string
	var failed []error
	for run, err := range withUndo(s, account, before) {
		if err == nil {
			err = run.Remove(UndoFile)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("wipe the old values of a run: %w", err))
			continue
		}
		wiped = append(wiped, run.ID())
	}
	return wiped, errors.Join(failed...)
}

// HasUndo reports whether [WipeUndo] would find anything.
func HasUndo(s Store, account string, before time.Time) bool {
	for _, err := range withUndo(s, account, before) {
		if err == nil {
			return true
		}
	}
	return false
}

// withUndo are the closed runs of an account that began before an instant and have old values.
func withUndo(s Store, account string, before time.Time) iter.Seq2[*Run, error] {
	return func(yield func(*Run, error) bool) {
		all, err := s.Find(RunQuery{Account: account, Before: before, Has: UndoFile, Lacks: []string{SealedFile}})
		if err != nil {
			yield(nil, err)
			return
		}
		for _, name := range all {
			at, ok := Began(name)
			if ok && (!at.Before(before) || !Of(name, account)) {
				continue
			}
			r, err := s.Run(name)
			if err != nil || !r.Has(UndoFile) {
				continue // it was removed meanwhile, or is not a run
			}
			if at, ok = Began(r.ID()); !ok || !at.Before(before) || r.account() != account || r.Has(SealedFile) {
				continue
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// remove deletes the runs that a query selects and gone accepts, except those in keep.
func remove(s Store, q RunQuery, keep []string, gone func(*Run) bool) ([]string, error) {
	all, err := s.Find(q)
	if err != nil {
		return nil, fmt.Errorf("look for old runs: %w", err)
	}
	var ids []string
	var failed []error
	for _, id := range all {
		at, ok := Began(id)
		if !ok || !at.Before(q.Before) || slices.Contains(keep, id) || !Of(id, q.Account) {
			continue
		}
		r, err := s.Run(id)
		if err != nil || !gone(r) {
			continue // it was removed meanwhile, or is not ours to delete
		}
		if err := r.Discard(); err != nil {
			failed = append(failed, fmt.Errorf("delete old run: %w", err))
			continue
		}
		ids = append(ids, id)
	}
	return ids, errors.Join(failed...)
}

// account is the account of a run that ended, by its own files.
func (r *Run) account() string {
	if m, err := r.Manifest(); err == nil && m.RunID == r.name {
		return m.Account
	}
	var says struct{ Account string }
	data, err := read(r.Files, AbandonedFile, manifestMax)
	if err != nil || json.Unmarshal(data, &says) != nil {
		return ""
	}
	return says.Account
}
