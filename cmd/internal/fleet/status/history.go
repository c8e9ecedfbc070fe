package status

import (
	"slices"
	"time"

	"keyroster/io/metricio"
	"keyroster/io/store"
)

// Days is how many nights of each account the page shows.
const Days = 28

// History is the last weeks: the nights of each account, and the status.
type History struct {
	*Status
	// nights are those of each account, the latest first.
	nights map[string][]store.Night
}

// ReadHistory asks the board for the nights of the last weeks, up to the status.
func ReadHistory(board store.Board, s *Status) (*History, error) {
	all, err := board.Nights(store.NightQuery{Since: s.At.AddDate(0, 0, -Days).Format(time.DateOnly)})
	if err != nil {
		return nil, err
	}
	h := &History{s, map[string][]store.Night{}}
	for _, n := range all {
		h.nights[n.Account] = append(h.nights[n.Account], n)
	}
	for _, n := range s.nights { // of accounts without a night in these weeks
		if h.nights[n.Account] == nil {
			h.nights[n.Account] = []store.Night{n}
		}
	}
	return h, nil
}

// lastSuccess is when a night of an account last ended with exit code 0; zero if none is known.
func (h *History) lastSuccess(account string) time.Time {
	nights := h.nights[account]
	i := slices.IndexFunc(nights, func(n store.Night) bool { return outcomeOf(&n) == AsDesired })
	if i < 0 {
		return time.Time{}
	}
	return nights[i].Last.At
}

// Metrics are the fleet's metrics. They name no person.
func (h *History) Metrics() *metricio.Fleet {
	f := &metricio.Fleet{
		Nights: map[string]int{}, NeedsPerson: h.Counts.NeedsPerson,
		Waiting: time.Duration(h.OldestWaiting * float64(time.Second)),
	}
	for o, n := range h.Counts.Outcomes {
		f.Nights[string(o)] = n
	}
	for _, w := range h.Workers {
		if w.Gone {
			f.Gone++
			continue
		}
		f.Workers++
		f.Slots += w.Slots
	}
	for i := range h.Accounts {
		a := &h.Accounts[i]
		e := metricio.Ended{Account: a.Account, Provider: a.Provider, Success: h.lastSuccess(a.Account)}
		for _, n := range h.nights[a.Account] {
			if n.State == store.NightEnded && n.Last != nil {
				e.At, e.ExitCode = n.Last.At, n.Last.ExitCode
				break
			}
		}
		f.Accounts = append(f.Accounts, e)
	}
	return f
}
