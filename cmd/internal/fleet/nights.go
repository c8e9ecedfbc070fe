package fleet

import (
	"time"

	"keyroster/io/store"
)

// Site is an account that is worked on at night.
type Site struct {
	Account, Provider string
	// Schedule says when; nil for an account that is worked on when a person asks.
	Schedule Schedule
	// StartWithin is how long after it was due a night may begin.
	StartWithin time.Duration
}

// Schedule says on which dates, and at which moments, nights are due.
type Schedule interface {
	// Between are the nights that are due after a moment and not after another.
	Between(after, until time.Time) []Due
}

// Due is a night by its date, and when it is due.
type Due struct {
	Date string
	At   time.Time
}

// lookBack bounds how far back nights are looked for that nobody was there to begin.
const lookBack = 7 * 24 * time.Hour

// plan writes down the nights that are due by now. Those that this worker has seen are
// left out, all others the board knows.
func (w *Worker) plan(now time.Time) {
	var due []store.Night
	for i := range w.Sites {
		site := &w.Sites[i]
		if site.Schedule == nil {
			continue
		}
		after, seen := w.known[site.Account]
		if !seen || after.Before(now.Add(-lookBack)) {
			after = now.Add(-lookBack)
		}
		for _, d := range site.Schedule.Between(after, now) {
			due = append(due, store.Night{
				NightKey: store.NightKey{Account: site.Account, Date: d.Date}, Provider: site.Provider,
				Due: d.At, Until: d.At.Add(site.StartWithin),
			})
		}
	}
	if len(due) > 0 {
		added, err := w.Board.Add(due)
		if err != nil {
			w.Log.Warn().Err(err).Msg("nights that are due could not be written down")
			return
		}
		if len(added) > 0 {
			w.Log.Info().Int("nights", len(added)).Msg("nights are due")
		}
	}
	for i := range w.Sites {
		w.known[w.Sites[i].Account] = now
	}
}
