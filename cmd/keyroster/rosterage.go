package main

import (
	"os"
	"time"

	"keyroster/reconcile"
)

// checkAge refuses rosters that are older than the account allows: an export
// that stopped being made looks like one in which nothing changed. Standard
// input has no age.
func (f *planFlags) checkAge(roster *reconcile.Roster, most time.Duration, now time.Time) error {
	if most == 0 || f.oldRoster != "" {
		return nil
	}
	for i := range roster.Files {
		info, err := os.Stat(roster.Files[i].Name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		age := now.Sub(info.ModTime())
		if age < -clockSkew {
			return fail(exitUnsafe, "set the clock of this machine, or of the one that wrote the file; if the file is right, go on with --accept-old-roster REASON",
				"%s was last changed at %s, which is in the future: its age is not known", roster.Files[i].Name, info.ModTime().UTC().Format(time.RFC3339))
		}
		if age > most {
			return fail(exitUnsafe, "look whether the export still runs; if the file is right, go on with --accept-old-roster REASON",
				"%s was last changed at %s, %s ago, and roster_max_age allows %s", roster.Files[i].Name,
				info.ModTime().UTC().Format(time.RFC3339), inWords(age), inWords(most))
		}
	}
	return nil
}
