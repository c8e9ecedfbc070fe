package fleet_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"keyroster/cmd/internal/fleet"
	"keyroster/io/store"
)

// strike does to a process what is due at this write.
func (w *simulation) strike(p *process) {
	w.mu.Lock()
	w.writes++
	var what func(*process)
	for _, s := range w.strikes {
		if s.at == w.writes {
			what = s.what
		}
	}
	w.mu.Unlock()
	if what != nil {
		what(p)
	}
	if p.struck != nil {
		p.struck()
	}
}

// harm draws what goes wrong in a night: it happens to the process that sends a certain write, or
// to any process at a certain time.
func (w *simulation) harm(due time.Time) {
	w.mu.Lock()
	w.writes, w.strikes = 0, nil
	w.mu.Unlock()
	for range w.rng.IntN(4) {
		what := w.harmful()
		if w.rng.IntN(3) > 0 {
			w.mu.Lock()
			w.strikes = append(w.strikes, strike{1 + w.rng.IntN(8), what})
			w.mu.Unlock()
			continue
		}
		at, whom := time.Duration(w.rng.Int64N(int64(20*time.Second))), w.rng.IntN(8)
		time.AfterFunc(time.Until(due)+at, func() {
			w.mu.Lock()
			all := w.living
			w.mu.Unlock()
			if len(all) > 0 {
				what(all[whom%len(all)])
			}
		})
	}
}

// harmful draws something that happens to a process.
func (w *simulation) harmful() func(*process) {
	long := time.Duration(w.rng.Int64N(int64(3 * w.lease)))
	again := time.Duration(w.rng.Int64N(int64(2 * time.Minute)))
	ahead := wrongBy(w.rng)
	switch w.rng.IntN(9) {
	case 0, 1, 2:
		return func(p *process) {
			w.count(func(c *simTally) { c.deaths++ })
			p.die()
			time.AfterFunc(again, func() { w.join() })
		}
	case 3, 4, 5:
		return func(p *process) {
			w.count(func(c *simTally) { c.pauses++ })
			p.pause(w.lease/2 + long)
		}
	case 6:
		return func(p *process) {
			w.count(func(c *simTally) { c.cuts++ })
			p.cut(long)
		}
	case 7:
		return func(p *process) {
			w.count(func(c *simTally) { c.jumps++ })
			p.ahead.Store(ahead)
		}
	default:
		return func(p *process) {
			w.count(func(c *simTally) { c.ended++ })
			p.end()
			time.AfterFunc(again, func() { w.join() })
		}
	}
}

// wrongBy draws how far a clock is ahead: it may also be behind by less than nights may begin late,
// or ahead by more than a day.
func wrongBy(rng *rand.Rand) int64 { return rng.Int64N(int64(28*time.Hour)) - int64(2*time.Hour) }

// fate has the queue err now and then: a task is lost, late, or handed out twice.
func (w *simulation) fate(t fleet.Task) (f fate) {
	hash := fnv.New64a()
	fmt.Fprint(hash, t)
	rng := rand.New(rand.NewPCG(w.seed, hash.Sum64()))
	switch rng.IntN(20) {
	case 0:
		f.lost = true
	case 1:
		f.late = time.Duration(rng.Int64N(int64(3 * time.Minute)))
	case 2:
		f.twice, f.late = true, time.Duration(rng.Int64N(int64(20*time.Second)))
	}
	return f
}

// join starts a worker, unless the night is over.
func (w *simulation) join() {
	w.mu.Lock()
	over := w.over
	w.mu.Unlock()
	if over {
		return
	}
	p := w.start()
	w.mu.Lock()
	w.living = append(w.living, p)
	w.mu.Unlock()
}

// live runs a world for so many nights.
func (w *simulation) live(days int) {
	day := time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC)
	time.Sleep(time.Until(day))
	for n := range days {
		date := day.AddDate(0, 0, n+1).Format(time.DateOnly)
		due, _ := w.fleet[0].Schedule.On(date)
		w.night(date, due, n > 0)
		if !w.whole() {
			return
		}
	}
}

// night runs one night. It can be missed only if a worker was there before.
func (w *simulation) night(date string, due time.Time, before bool) {
	for _, s := range w.sites {
		s.begin()
		s.draw(w.rng)
	}
	w.lag.Store([]lag{prompt, stumbling, stumbling, sluggish}[w.rng.IntN(4)])
	begin := due.Add(-time.Duration(w.rng.Int64N(int64(5 * time.Minute))))
	missed := before && w.rng.IntN(12) == 0
	switch {
	case missed:
		begin = due.Add(4*time.Hour + time.Minute)
	case w.rng.IntN(8) == 0:
		begin = due.Add(time.Duration(w.rng.Int64N(int64(90 * time.Minute))))
	}
	if w.move != nil {
		w.move.begin(later(due, begin))
	}
	time.Sleep(time.Until(begin))
	w.harm(later(due, begin))
	w.mu.Lock()
	w.over, w.living = false, nil
	w.mu.Unlock()
	for range 1 + w.rng.IntN(4) {
		time.AfterFunc(time.Duration(w.rng.Int64N(int64(30*time.Second))), w.join)
	}
	w.await(date, missed)
	if w.move != nil {
		w.move.moving.Wait()
	}
	w.rest()
	w.count(func(c *simTally) { c.nights += len(w.sites) })
	if w.whole() {
		w.judge(date, missed)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// await waits until the nights of a date are over, and has a person ask again for those that did
// not end well.
func (w *simulation) await(date string, missed bool) {
	asked, until := 0, time.Now().Add(12*time.Hour)
	for time.Now().Before(until) && w.whole() {
		time.Sleep(10 * time.Second)
		nights, err := w.kept.Board().Nights(store.NightQuery{Date: date})
		if err != nil {
			w.violated("the board: %v", err)
		}
		over, again := 0, []store.Night(nil)
		for _, n := range nights {
			switch {
			case n.State == store.NightMissed:
				over++
				if !missed {
					w.violated("%s of %s is missed", n.Date, n.Account)
				}
			case n.State == store.NightEnded:
				over++
				if n.Last.ExitCode != 0 {
					again = append(again, store.Night{NightKey: n.NightKey, Provider: n.Provider})
				}
			}
		}
		if over < len(w.sites) {
			continue
		}
		if len(again) == 0 {
			return
		}
		if asked++; asked > 8 {
			break
		}
		w.lag.Store(prompt)
		w.count(func(c *simTally) { c.asked += len(again) })
		w.mu.Lock()
		for _, n := range again {
			w.ends[n.NightKey]--
		}
		w.mu.Unlock()
		if _, err := fleet.Request(w.Context(), w.kept.Board(), w.tasks, again); err != nil {
			w.violated("ask again: %v", err)
		}
	}
	nights, _ := w.kept.Board().Nights(store.NightQuery{Date: date})
	for _, n := range nights {
		w.violated("%s of %s does not end well: %s, %d attempts, last %+v",
			n.Date, n.Account, n.State, n.Generation, n.Last)
	}
	if len(nights) < len(w.sites) {
		w.violated("%d nights of %s, and %d accounts", len(nights), date, len(w.sites))
	}
}

// rest ends all workers, and waits until nothing of theirs is under way.
func (w *simulation) rest() {
	w.mu.Lock()
	w.over = true
	all := w.living
	w.mu.Unlock()
	for _, p := range all {
		p.goOn()
		p.end()
	}
	for _, p := range all {
		select {
		case <-p.ended:
		case <-time.After(10 * time.Minute):
			w.violated("%s does not end", p.name)
		}
	}
	time.Sleep(5 * time.Minute)
}

// judge compares a night with what it should have been.
func (w *simulation) judge(date string, missed bool) {
	want, cycles := map[*tenant]int{}, map[*tenant]bool{}
	nights, err := w.kept.Board().Nights(store.NightQuery{Date: date})
	if err != nil {
		w.violated("the board: %v", err)
	}
	attempts := map[string]int{}
	for _, n := range nights {
		attempts[n.Account] = int(n.Generation)
		w.count(func(c *simTally) { c.lost += len(n.Lost) })
	}
	for _, s := range w.sites {
		ended := w.ends[store.NightKey{Account: s.account, Date: date}]
		if missed {
			if ended != 0 || attempts[s.account] != 0 {
				w.violated("%s of %s was missed, and worked on", date, s.account)
			}
			w.count(func(c *simTally) { c.missed++ })
			continue
		}
		if ended != 1 {
			w.violated("%s of %s ended %d times", date, s.account, ended)
		}
		tries := attempts[s.account]
		if w.move != nil && s.tenant == w.move.to.tenant {
			tries += w.move.began // each puts right what was left
		}
		s.judge(date, tries)
		want[s.tenant] += s.goal.writes
		cycles[s.tenant] = cycles[s.tenant] || len(s.goal.cycles) > 0
	}
	if w.move != nil {
		want[w.move.to.tenant] += w.move.moved
		w.move.judge(date)
	}
	for _, s := range w.sites {
		if s.part > 0 {
			continue
		}
		wrote := s.wrote()
		w.count(func(c *simTally) { c.writes += len(wrote) })
		if !cycles[s.tenant] && len(wrote) != want[s.tenant] {
			w.violated("%s: %d writes to %s, want %d: %v", date, len(wrote), s.account, want[s.tenant], wrote)
		}
		if parked := s.parked(); len(parked) > 0 {
			w.violated("%s: %v of %s are on temporary values", date, parked, s.account)
		}
	}
}
