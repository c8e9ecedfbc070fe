package configio

import (
	"slices"
	"time"

	"github.com/goccy/go-yaml/ast"

	"keyroster/io/configio/night"
)

// DefaultStartWithin is how late a night may begin where the account does not say.
const DefaultStartWithin = 4 * time.Hour

// leastStartWithin is how often workers look for due nights.
const leastStartWithin = time.Minute

// noSchedule is the schedule of an account that has none, whatever the defaults say.
const noSchedule = "none"

var scheduleSchema = matching(
	`^none$|^\s*[0-9]{1,2}\s+[0-9]{1,2}(\s+[0-9A-Za-z*,/-]+){3}\s*$`,
	"write five cron fields with one time of the day, such as 30 1 * * *, or none", "string",
)

func (r *reader) schedule(a *Account, v ast.Node) {
	text, ok := r.text(v, "`schedule`")
	if !ok || text == noSchedule {
		return
	}
	a.Schedule = text
	if _, err := night.Parse(text, time.UTC); err != nil {
		r.fail(v, "`schedule` cannot be read", err.Error())
	}
}

func (r *reader) startWithin(a *Account, v ast.Node) {
	d, ok := r.duration(v, "`start_within`")
	if ok && d < leastStartWithin {
		r.fail(
			v,
			"`start_within` is shorter than "+inDays(leastStartWithin),
			"workers check once a minute for nights that are due",
		)
	}
	a.StartWithin = d
}

// scheduled settles an account's nights, and reports what a worker would lack to run
// them; own are the entries without the defaults.
func (r *reader) scheduled(a *Account, at entry, own, entries []entry) {
	r.warnUnkept(entries)
	if i := indexOf(own, "start_within"); i >= 0 && !hasKey(entries, "schedule") {
		r.fail(own[i].at, "`start_within` has no effect without a `schedule`", "add one, or remove it")
	}
	if a.Schedule == "" {
		a.StartWithin = 0
		return
	}
	if !hasKey(entries, "start_within") {
		a.StartWithin = DefaultStartWithin
	}
	if _, err := night.Parse(a.Schedule, time.UTC); err != nil {
		return // already reported
	}
	const has = "` has a `schedule` and no "
	if !hasKey(entries, "time_zone") {
		r.fail(
			at.at, "the account `"+a.Name+has+"`time_zone`",
			"write its zone, such as `time_zone: Europe/London`: workers may run in any zone",
		)
	}
	switch {
	case len(a.Roster) == 0:
		r.fail(at.at, "the account `"+a.Name+has+"`roster`",
			"write the `roster:` that a worker should apply, or `schedule: none`")
	case slices.Contains(a.Roster, "-"):
		r.fail(at.at, "the account `"+a.Name+"` has a `schedule` and `-` as its roster",
			"a worker has no standard input: use files")
	}
}

// warnUnkept warns once about schedules in a configuration without a fleet.
func (r *reader) warnUnkept(entries []entry) {
	if r.keeps {
		return
	}
	for _, e := range entries {
		if e.key == "schedule" || e.key == "start_within" {
			r.warn(
				e.at, "`"+e.key+"` has no effect without `fleet`: only a fleet's workers run by schedule",
				"add `fleet:`, or run keyroster apply from a timer",
			)
			r.keeps = true // one warning is enough for a thousand accounts
			return
		}
	}
}
