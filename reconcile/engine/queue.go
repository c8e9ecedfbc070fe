package engine

import (
	"sync"

	"golang.org/x/sync/errgroup"

	"keyroster/reconcile"
)

// runAll runs the chains wave by wave: what a wave creates exists before the next one
// deletes anything.
func (a *applier) runAll() {
	sent := 0
	for _, wave := range a.waves {
		if wave = a.cut(wave, &sent); len(wave) == 0 {
			return
		}
		var g errgroup.Group
		g.SetLimit(max(a.opts.Concurrency, 1))
		if a.plan.Want.Schema().Lane != "" {
			a.runLanes(&g, wave)
		} else {
			a.runChains(&g, wave)
		}
		_ = g.Wait()
	}
}

// cut returns the part of a wave that belongs to the first lines. sent counts them over all
// waves.
func (a *applier) cut(wave []int, sent *int) []int {
	if a.opts.First == 0 {
		return wave
	}
	for n, chain := range wave {
		if *sent >= a.opts.First {
			return wave[:n]
		}
		*sent += len(a.plan.Chains[chain])
	}
	return wave
}

// runChains starts every chain as a task. Intents are written in advance in blocks of the
// concurrency: one sync to disk for as many writes as are in flight at once.
func (a *applier) runChains(g *errgroup.Group, wave []int) {
	block, announced := max(a.opts.Concurrency, 1), false
	for n, chain := range wave {
		if n%block == 0 {
			announced = a.announce(wave[n:min(n+block, len(wave))])
		}
		ahead := announced
		g.Go(a.task(func() { a.runChain(chain, ahead) }, chain))
	}
}

// runLanes starts every lane as a task that runs its chains one after the other: a chain
// that waits for its lane must not occupy a place in flight.
func (a *applier) runLanes(g *errgroup.Group, wave []int) {
	lanes := map[string][]int{}
	var order []string
	for _, n := range wave {
		key := laneOf(a.plan.Change(int(a.plan.Chains[n][0])))
		if lanes[key] == nil {
			order = append(order, key)
		}
		lanes[key] = append(lanes[key], n)
	}
	for _, key := range order {
		g.Go(a.task(func() {
			for _, n := range lanes[key] {
				_ = a.task(func() { a.runChain(n, false) }, n)()
			}
		}))
	}
}

// laneOf returns the lane that a change is written in, empty without lanes.
func laneOf(c reconcile.Change) string {
	for _, r := range []reconcile.Record{c.Want, c.Have} {
		if r.Valid() && r.Schema().Lane != "" {
			if key := r.Text(r.Schema().Lane); key != "" {
				return key
			}
		}
	}
	return ""
}

// lane holds back a change while another of its lane is in flight: a chain may lead through
// several lanes.
func (a *applier) lane(c reconcile.Change) (unlock func()) {
	key := laneOf(c)
	if key == "" {
		return func() {}
	}
	a.mu.Lock()
	lane := a.lanes[key]
	if lane == nil {
		lane = &sync.Mutex{}
		a.lanes[key] = lane
	}
	a.mu.Unlock()
	lane.Lock()
	return lane.Unlock
}
