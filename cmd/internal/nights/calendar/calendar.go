// Package calendar writes the page of all runs, index.html, into the folder that they are
// kept in: nights as a calendar, how each run ended, and what to do about those that are
// open.
//
// Invariants:
//
//   - Only a store whose runs lie in a folder has the page, and only once there is a run.
//   - The page appears whole or not at all, and whoever writes it last has seen all runs:
//     processes that end at once need no lock for it.
//   - It names no person, and loads nothing. Nothing but the page itself is made from what
//     it keeps: it may be deleted at any time.
//   - What it costs is bounded: it shows the newest runs of somewhat more than a year, and
//     of these it reads anew only those that have changed since it was written.
package calendar

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"keyroster/io/store"
)

// File is the name of the page.
const File = "index.html"

// The bounds of what the page shows run by run; what is older is counted.
const (
	maxDays = 400
	maxRuns = 10_000
)

// attempts is how often the page is written again, since another process ended a run
// meanwhile.
const attempts = 3

// Write writes the page for the runs of a store, in the zone of now.
func Write(st store.Store, now time.Time) error {
	b := st.Beside()
	if b == nil {
		return nil
	}
	around, err := b.List()
	if err != nil || len(around) == 0 {
		return err // no run was ever made
	}
	known, err := load(b)
	if errors.Is(err, fs.ErrNotExist) && !slices.ContainsFunc(around, isFolder) {
		return nil // those that were begun were taken away again
	}
	for range attempts {
		seen, err := look(st, around, known, now)
		if err != nil {
			return err
		}
		if err := b.Write(File, newPage(seen, now).write); err != nil {
			return err
		}
		if around, err = b.List(); err != nil || seen.isCurrent(around) {
			return err
		}
		known = seen.kept()
	}
	return nil // whoever changes so much writes it again
}

func isFolder(n store.Neighbor) bool { return n.Folder }
