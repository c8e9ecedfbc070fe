package fleet

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/store"
)

// Requested is the result of requesting nights.
type Requested struct {
	// Queued are those that wait now: new ones, and those to be repeated.
	Queued []store.NightKey
	// Known is how many were already waiting, running or successful.
	Known int
}

// Request asks for nights to run now. A night that ended well is not repeated.
func Request(ctx context.Context, board store.Board, queue Queue, nights []store.Night) (Requested, error) {
	added, err := board.Add(nights)
	if err != nil {
		return Requested{}, err
	}
	isNew := map[store.NightKey]bool{}
	for _, key := range added {
		isNew[key] = true
	}
	var known []store.NightKey
	for i := range nights {
		if !isNew[nights[i].NightKey] {
			known = append(known, nights[i].NightKey)
		}
	}
	again, err := board.Again(known)
	if err != nil {
		return Requested{}, err
	}
	r := Requested{Queued: append(added, again...), Known: len(known) - len(again)}
	return r, r.queue(ctx, board, queue)
}

// queue informs the workers at once; otherwise they would find the nights later.
func (r *Requested) queue(ctx context.Context, board store.Board, queue Queue) error {
	asked := map[store.NightKey]bool{}
	for _, key := range r.Queued {
		asked[key] = true
	}
	if len(asked) == 0 {
		return nil
	}
	ready, err := board.Ready(len(asked) + most)
	if err != nil {
		return err
	}
	var tasks []Task
	for i := range ready {
		if t := taskOf(&ready[i]); asked[t.NightKey] {
			t.Urgency = min(t.Urgency, Asked)
			tasks = append(tasks, t)
		}
	}
	return queue.Put(ctx, tasks)
}

// earliestZone is the offset of the zone where a date begins first. A night for a date that has
// begun nowhere would count as the account's latest until then, hiding the results of others.
const earliestZone = 14 * time.Hour

// NightsOf returns the accounts' nights for a date, which may be past; an empty date is today
// in each account's time zone. They may start at once. The error is of kind Usage.
func NightsOf(accounts []*configio.Account, date string, now time.Time) ([]store.Night, error) {
	if date != "" {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			return nil, failure.New(failure.Usage, "for example --night 2026-01-31", "%q is not a date", date)
		}
		if date > now.UTC().Add(earliestZone).Format(time.DateOnly) {
			return nil, failure.New(failure.Usage, "future nights start when they are due; run today's night or a past one",
				"the night of %s is in the future", date)
		}
	}
	var nights []store.Night
	for _, account := range accounts {
		zone := account.TimeZone
		if zone == nil {
			zone = time.UTC
		}
		nights = append(nights, store.Night{
			NightKey: store.NightKey{Account: account.Name, Date: cmp.Or(date, now.In(zone).Format(time.DateOnly))},
			Provider: account.Provider,
		})
	}
	return nights, nil
}

// document is the result of a request, as JSON.
type document struct {
	Schema string        `json:"schema"`
	Queued []queuedNight `json:"queued"`
	Known  int           `json:"known"`
}

type queuedNight struct {
	Account string `json:"account"`
	Night   string `json:"night"`
}

// Document returns the result for JSON output.
func (r *Requested) Document() any {
	d := document{Schema: "keyroster/fleet-run/1", Queued: []queuedNight{}, Known: r.Known}
	for _, key := range r.Queued {
		d.Queued = append(d.Queued, queuedNight{key.Account, key.Date})
	}
	return d
}

// WriteText writes the result for people.
func (r *Requested) WriteText(to io.Writer) error {
	said := "nothing was queued"
	if len(r.Queued) > 0 {
		var names []string
		for _, key := range r.Queued {
			names = append(names, key.Account)
		}
		said = failure.Plural(len(names), "night") + " queued: " + failure.List(names)
	}
	if r.Known > 0 {
		said += fmt.Sprintf("; %d are already queued, running or done", r.Known)
	}
	_, err := fmt.Fprintln(to, said)
	return err
}
