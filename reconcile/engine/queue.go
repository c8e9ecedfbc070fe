package engine

import (
	"sync"

	"golang.org/x/sync/errgroup"

	"keyroster/reconcile"
)

// runChains starts every chain as a task. Intents are written ahead in blocks of
// the concurrency: one sync for as many writes as are in flight at once.
func (a *applier) runChains(g *errgroup.Group) {
	block, announced, sent := max(a.opts.Concurrency, 1), false, 0
	for n, chain := range a.plan.Chains {
		if a.opts.First > 0 {
			if sent >= a.opts.First {
				return
			}
			block = min(max(a.opts.Concurrency, 1), a.opts.First-sent)
		}
		if n%max(a.opts.Concurrency, 1) == 0 {
			announced = a.announce(n, block)
		}
		sent += len(chain)
		ahead := announced
		g.Go(func() error {
			a.chain(n, ahead)
			return nil // an error would say nothing about the neighbours
		})
	}
}

// runLanes starts every lane as a task that runs its chains one after the
// other: a chain that waits for its lane must not hold a place in flight.
func (a *applier) runLanes(g *errgroup.Group) {
	lanes := map[string][]int{}
	var order []string
	sent := 0
	for n, chain := range a.plan.Chains {
		if a.opts.First > 0 && sent >= a.opts.First {
			break
		}
		sent += len(chain)
		key := laneOf(a.plan.Change(int(chain[0])))
		if lanes[key] == nil {
			order = append(order, key)
		}
		lanes[key] = append(lanes[key], n)
	}
	for _, key := range order {
		g.Go(func() error {
			for _, n := range lanes[key] {
				a.chain(n, false)
			}
			return nil
		})
	}
}

// laneOf is the lane that a change is written in, empty without lanes.
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

// lane holds back a change while another of its lane is in flight: a chain may
// lead through several lanes.
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
