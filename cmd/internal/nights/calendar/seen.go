package calendar

import (
	"errors"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"keyroster/cmd/internal/nights"
	"keyroster/io/store"
)

// seen are the runs on the page, oldest first.
type seen struct {
	runs []shown
	// folders are all folders in the runs folder, whether runs or not.
	folders []string
	// older counts the runs that exist but are not shown.
	older   int
	skipped []string
}

// shown is a run that the page shows.
type shown struct {
	*nights.Entry
	// changed is when its folder was last modified, report the file to link to; empty for none.
	changed time.Time
	report  string
}

// readers bounds how many runs are read in parallel.
const readers = 8

// readRuns reads the runs for the page; those in known are not read again if unchanged.
func readRuns(st store.Store, around []store.Neighbor, known map[string]kept, now time.Time) (*seen, error) {
	names, err := st.Runs()
	if err != nil {
		return nil, err
	}
	s := &seen{folders: folders(around)}
	for _, stray := range nights.Unrelated(st, around, names) {
		s.skipped = append(s.skipped, stray.Name)
	}
	changed := changes(around)
	in := newest(names, now)
	s.older = len(names) - len(in)
	all := make([]*shown, len(in))
	var group errgroup.Group
	group.SetLimit(readers)
	for n, name := range in {
		at, listed := changed[name]
		if !listed {
			continue // it is newer than the list; its own process writes the page
		}
		if k, ok := known[name]; ok && k.Changed == at().UnixNano() {
			all[n] = k.shown(name)
			continue
		}
		group.Go(func() error { all[n] = readRun(st, name, at()); return nil })
	}
	_ = group.Wait()
	for _, one := range all {
		if one != nil {
			s.runs = append(s.runs, *one)
		}
	}
	slices.SortStableFunc(s.runs, func(a, b shown) int { return nights.Order(a.Entry, b.Entry) })
	return s, nil
}

// folders returns the names of the folders.
func folders(around []store.Neighbor) []string {
	var out []string
	for _, n := range around {
		if n.Folder {
			out = append(out, n.Name)
		}
	}
	return out
}

// changes returns, by name, functions that give the modification times.
func changes(around []store.Neighbor) map[string]func() time.Time {
	out := make(map[string]func() time.Time, len(around))
	for _, n := range around {
		out[n.Name] = n.Changed
	}
	return out
}

// isCurrent reports whether the page is up to date: no run was added or removed, and no open
// one has changed.
func (s *seen) isCurrent(around []store.Neighbor) bool {
	if !slices.Equal(s.folders, folders(around)) {
		return false
	}
	changed := changes(around)
	return !slices.ContainsFunc(s.runs, func(one shown) bool {
		return one.Status != store.RunClosed && !one.changed.Equal(changed[one.Name]())
	})
}

// newest returns the names of the runs to show.
func newest(names []string, now time.Time) []string {
	y, m, d := now.Date()
	since := time.Date(y, m, d-maxDays, 0, 0, 0, 0, now.Location())
	in := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		at, dated := store.Began(name)
		return dated && at.Before(since)
	})
	return in[max(len(in)-maxRuns, 0):]
}

// readRun reads one run; nil if it is gone by now, or cannot be opened.
func readRun(st store.Store, name string, changed time.Time) *shown {
	run, err := st.Run(name)
	if run == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	one := &shown{Entry: nights.EntryOf(run, nil), changed: changed}
	one.Name = name
	for _, file := range []string{store.ReportHTMLFile, store.ReportJSONFile, store.AbandonedFile} {
		if run.Has(file) {
			one.report = file
			break
		}
	}
	return one
}
