package metricio

import (
	"maps"
	"slices"
	"time"
)

// Fleet is what is measured about the nights of many accounts.
type Fleet struct {
	// Nights counts the accounts by the state of their night.
	Nights map[string]int
	// NeedsPerson are the accounts among them that need a person.
	NeedsPerson int
	// Workers counts those that are alive, Slots their slots, and Gone those that
	// disappeared within the last day without signing off.
	Workers, Slots, Gone int
	// Waiting is how long the first night that could begin has been waiting.
	Waiting  time.Duration
	Accounts []Ended
}

// Ended is how the last finished night of an account ended.
type Ended struct {
	Account, Provider string
	At                time.Time
	ExitCode          int
	// Success is when a night last ended with exit code 0; zero where that is not known.
	Success time.Time
}

// WriteFleet writes the metrics of a fleet to a file, as [WriteFile] does, with the
// same names for those of an account.
func WriteFleet(path, tool string, f *Fleet) error {
	before, err := read(path)
	if err != nil {
		return err
	}
	s := newSheet(tool)
	for _, outcome := range slices.Sorted(maps.Keys(f.Nights)) {
		s.set("keyroster_fleet_nights", "Accounts by the state of their night.",
			float64(f.Nights[outcome]), "outcome", outcome)
	}
	s.set("keyroster_fleet_needs_person", "Accounts that need a person.", float64(f.NeedsPerson))
	s.set("keyroster_fleet_workers", "Workers that are running.", float64(f.Workers))
	s.set("keyroster_fleet_workers_gone", "Workers that died within the last day.", float64(f.Gone))
	s.set("keyroster_fleet_slots", "Accounts that the workers can run at once.", float64(f.Slots))
	s.set("keyroster_fleet_oldest_waiting_seconds", "How long the most overdue night has waited.",
		f.Waiting.Seconds())
	known := successes(before)
	for i := range f.Accounts {
		s.ended(&f.Accounts[i], known)
	}
	return writeFamilies(path, s.sorted())
}

// ended adds the metrics of an account. Without a known success it keeps the time of
// success from before.
func (s *sheet) ended(e *Ended, before map[[2]string]float64) {
	labels := []string{accountLabel, e.Account, providerLabel, e.Provider}
	success, known := before[[2]string{e.Account, e.Provider}]
	if !e.Success.IsZero() {
		success, known = unix(e.Success), true
	}
	if known {
		s.set(lastSuccess, lastSuccessHelp, success, labels...)
	}
	if e.At.IsZero() {
		return
	}
	s.set(lastRun, lastRunHelp, unix(e.At), labels...)
	s.set(lastCode, lastCodeHelp, float64(e.ExitCode), labels...)
}

// unix is an instant as metrics express it.
func unix(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }
