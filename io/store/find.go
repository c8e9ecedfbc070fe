package store

import (
	"slices"
	"time"
)

// RunQuery says which runs are looked for; what is empty says nothing.
type RunQuery struct {
	// Account: the ids are those of an account (see [Of]); Before: they began earlier.
	Account string
	Before  time.Time
	// Provider and Tenant are whose runs they are.
	Provider, Tenant string
	// They have the one file, and none of the others.
	Has   string
	Lacks []string
}

// IDName is what stands for the account in the ids of its runs.
func (q RunQuery) IDName() string { return fileNamePart(q.Account) }

// IDBefore is a text that sorts behind the ids of what began before, and before all others.
func (q RunQuery) IDBefore() string {
	return q.Before.Add(time.Second - 1).UTC().Format(idTime)
}

// Among are those of all runs that the query may ask for by their names alone: it is a
// [Store.Find] of a store that opens runs quickly.
func (q RunQuery) Among(all []string, err error) ([]string, error) {
	return slices.DeleteFunc(all, func(name string) bool {
		at, ok := Began(name)
		return ok && (!q.Before.IsZero() && !at.Before(q.Before) || q.Account != "" && !Of(name, q.Account))
	}), err
}
