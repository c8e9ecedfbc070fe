package fleet

import (
	"time"

	"keyroster/io/configio"
	"keyroster/io/configio/night"
	"keyroster/io/store"
)

// Site is an account for the fleet to work on.
type Site struct {
	Account, Provider string
	// Schedule is when; nil for an account that runs only on request.
	Schedule *night.Schedule
	// StartWithin is how long after its due time a night may start.
	StartWithin time.Duration
}

// Sites returns the accounts of a configuration that are not disabled. Those with mistakes are
// included: their nights fail, so that a person notices.
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
			site.StartWithin = configio.DefaultStartWithin // it may be unset, and the night would be missed at once
		}
		sites = append(sites, site)
	}
	return sites
}

// scheduleOf is the schedule of an account. If it cannot be parsed, nights start at midnight,
// and fail because of that mistake.
func scheduleOf(account *configio.Account) *night.Schedule {
	zone := account.TimeZone
	if zone == nil {
		zone = time.UTC
	}
	every, err := night.Parse(account.Schedule, zone)
	if err != nil {
		every, _ = night.Parse("0 0 * * *", zone) // this always parses
	}
	return every
}

// maxLookBack bounds how far back to look for nights that no worker recorded.
const maxLookBack = 7 * 24 * time.Hour

// plan records the nights that are due by now. It skips those that this worker has recorded;
// the board recognises all others.
func (w *Worker) plan(now time.Time) {
	if now.Truncate(time.Minute).Equal(w.planned.Truncate(time.Minute)) {
		return // nights are due on the minute
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
