package draft

import (
	"os"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// clockSkew is how far two machines' clocks may differ.
const clockSkew = 10 * time.Minute

// checkAge refuses rosters older than most, unless most is 0: when an export job stops, its
// last file looks like one without changes.
func checkAge(roster *reconcile.Roster, most time.Duration, now time.Time) error {
	for i := range roster.Files {
		if err := fileAge(roster.Files[i].Name, most, now); err != nil {
			return err
		}
	}
	return nil
}

// fileAge refuses a file older than most. Standard input has no age.
func fileAge(path string, most time.Duration, now time.Time) error {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || most == 0 {
		return nil
	}
	age, changed := now.Sub(info.ModTime()), info.ModTime().UTC().Format(time.RFC3339)
	switch {
	case age < -clockSkew:
		return failure.New(
			failure.Unsafe,
			"set the clock of this machine, or of the one that wrote the file; if the file is right, add "+
				"--accept-old-roster REASON",
			"%s was last changed at %s, which is in the future, so its age is not known",
			path,
			changed,
		)
	case age > most:
		return failure.New(failure.Unsafe,
			"check that the export job still runs; if the file is right, add --accept-old-roster REASON",
			"%s was last changed at %s, %s ago, but roster_max_age allows %s",
			path, changed, failure.DurationText(age), failure.DurationText(most))
	}
	return nil
}
