// Package calendar writes the page of all runs, index.html, into the folder that holds the
// runs: a calendar of nights, how each run ended, and what to do about open ones.
//
// Invariants:
//
//   - Only a store that keeps runs in a folder has the page, and only once it has a run.
//   - The page appears whole or not at all, and whoever writes it last has seen all runs, so
//     processes that end at the same time need no lock.
//   - It names no person, and loads nothing. The data embedded in it serves only to rewrite it,
//     so it may be deleted at any time.
//   - Its cost is bounded: it shows the newest runs of a little over a year, and reads only
//     those that changed since it was last written.
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

// The bounds of what the page shows run by run; older runs are only counted.
const (
	maxDays = 400
	maxRuns = 10_000
)

// attempts bounds how often the page is rewritten because another process has begun or ended a
// run meanwhile. It is far more than processes that end together need: one that gave up could
// leave a page older than that of a process which has already written its own.
const attempts = 100

// Write writes the page for the runs of a store; times are in the zone of now.
func Write(st store.Store, now time.Time) error {
	b := st.Beside()
	if b == nil {
		return nil
	}
	around, err := b.List()
	if err != nil || len(around) == 0 {
		return err // there are no runs yet
	}
	known, err := load(b)
	if errors.Is(err, fs.ErrNotExist) && !slices.ContainsFunc(around, isFolder) {
		return nil // the runs that were begun are gone again
	}
	for range attempts {
		seen, err := readRuns(st, around, known, now)
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
	return nil // runs come and go all the time, and each writes the page
}

func isFolder(n store.Neighbor) bool { return n.Folder }
