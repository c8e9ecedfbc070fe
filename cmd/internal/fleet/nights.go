package fleet

import (
	"time"

	"keyroster/io/configio"
	"keyroster/io/configio/night"
	"keyroster/io/store"
)

// Site is an account that is worked on at night.
type Site struct {
	Account, Provider string
	// Schedule says when; nil for an account that is worked on when a person asks.
	Schedule *night.Schedule
	// StartWithin is how long after it was due a night may begin.
	StartWithin time.Duration
}

// Sites are the accounts of a configuration but for those that are disabled. One with a
// mistake is among them: its nights end with it, so that a person hears of it.
func Sites(config *configio.Config) []Site {
	var sites []Site
	for _, name := range config.Names() {
		account := config.Accounts[name]
		if account.Disabled {
			continue
		}
		site := Site{Account: name, Provider: account.Provider, StartWithin: account.StartWithin}
		if account.Schedule != "" {
			site.Schedule = scheduleOf(account)
		}
		if config.Broken(name) != nil {
			site.StartWithin = configio.DefaultStartWithin // or else it would be missed
		}
		sites = append(sites, site)
	}
	return sites
}

// scheduleOf is the schedule of an account. Where it cannot be read, which is the account's
// mistake, its nights begin at midnight, and end with that.
func scheduleOf(account *configio.Account) *night.Schedule {
	zone := account.TimeZone
	if zone == nil {
		zone = time.UTC
	}
	every, err := night.Parse(account.Schedule, zone)
	if err != nil {
		every, _ = night.Parse("0 0 * * *", zone) // it can be read
	}
	return every
}

// maxLookBack bounds how far back nights are looked for that no worker was there to begin.
const maxLookBack = 7 * 24 * time.Hour

// plan writes down the nights that are due by now. Those that this worker has seen are
// left out, all others the board knows.
func (w *Worker) plan(now time.Time) {
	if now.Truncate(time.Minute).Equal(w.planned.Truncate(time.Minute)) {
		return // nights are due at full minutes
	}
	var due []store.Night
	after := w.planned
	if earliest := now.Add(-maxLookBack); after.Before(earliest) {
		after = earliest
	}
	for i := range w.Sites {
		site := &w.Sites[i]
		if site.Schedule == nil {
			continue
		}
		for _, d := range site.Schedule.Between(after, now) {
			due = append(due, store.Night{
				NightKey: store.NightKey{Account: site.Account, Date: d.Date}, Provider: site.Provider,
				Due: d.Due, Until: d.Due.Add(site.StartWithin),
			})
		}
	}
	if len(due) > 0 {
		added, err := w.Board.Add(due)
		w.noteOutcome("plan", "could not record the nights that are due", err)
		if err != nil {
			return
		}
		if len(added) > 0 {
			w.Log.Info().Int("nights", len(added)).Msg("nights are due")
		}
	}
	w.planned = now
}
