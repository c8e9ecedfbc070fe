package main

import (
	"os"
	"time"

	"keyroster/reconcile"
)

// checkAge refuses rosters that are older than the account allows: an export
// that stopped being made looks like one in which nothing changed.
func (f *planFlags) checkAge(roster *reconcile.Roster, most time.Duration, now time.Time) error {
	if f.oldRoster != "" {
		return nil
	}
	for i := range roster.Files {
		if err := rosterAge(roster.Files[i].Name, most, now); err != nil {
			return err
		}
	}
	return nil
}

// rosterAge refuses a file that is older than most, unless most is 0. Standard
// input has no age.
func rosterAge(path string, most time.Duration, now time.Time) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || most == 0 {
		return nil
	}
	age, changed := now.Sub(info.ModTime()), info.ModTime().UTC().Format(time.RFC3339)
	switch {
	case age < -clockSkew:
		return fail(exitUnsafe, "set the clock of this machine, or of the one that wrote the file; if the file is right, go on with --accept-old-roster REASON",
			"%s was last changed at %s, which is in the future: its age is not known", path, changed)
	case age > most:
		return fail(exitUnsafe, "look whether the export still runs; if the file is right, go on with --accept-old-roster REASON",
			"%s was last changed at %s, %s ago, and roster_max_age allows %s", path, changed, inWords(age), inWords(most))
	}
	return nil
}
