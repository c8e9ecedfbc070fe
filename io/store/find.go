package store

import (
	"slices"
	"time"
)

// RunQuery selects runs; empty members do not matter.
type RunQuery struct {
	// Account: the ids are those of an account (see [Of]); Before: they began earlier.
	Account string
	Before  time.Time
	// Provider and Tenant are the tenant that the runs belong to.
	Provider, Tenant string
	// The runs have the file Has, and none of the others.
	Has   string
	Lacks []string
}

// IDName represents the account in the ids of its runs.
func (q RunQuery) IDName() string { return fileNamePart(q.Account) }

// IDBefore is a text that sorts after the ids of runs that began before Before, and before all
// others.
func (q RunQuery) IDBefore() string {
	return q.Before.Add(time.Second - 1).UTC().Format(idTime)
}

// Among are the runs that the query may select by their names alone. It suffices as
// [Store.Find] for a store that opens runs quickly.
func (q RunQuery) Among(all []string, err error) ([]string, error) {
	return slices.DeleteFunc(all, func(name string) bool {
		at, ok := Began(name)
		return ok && (!q.Before.IsZero() && !at.Before(q.Before) || q.Account != "" && !Of(name, q.Account))
	}), err
}
