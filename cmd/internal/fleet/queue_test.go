package fleet_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"keyroster/cmd/internal/fleet"
)

// tasks is the queue that several handles share.
type tasks struct {
	mu      sync.Mutex
	known   map[fleet.Task]bool
	waiting []fleet.Task
	changed chan struct{}
	// put counts the tasks that were added, handed those handed out.
	put, handed int
	// fate decides what becomes of an added task; nil hands each out once and at once.
	fate func(fleet.Task) fate
}

// fate is how a queue mishandles a task.
type fate struct {
	lost, twice bool
	late        time.Duration
}

// again is how long after a failure its task is handed out anew.
const again = time.Second

func newTasks() *tasks {
	return &tasks{known: map[fleet.Task]bool{}, changed: make(chan struct{})}
}

// identity returns a task with only what tells it apart from others.
func identity(t fleet.Task) fleet.Task {
	t.Urgency = 0
	return t
}

// Put implements [fleet.Queue].
func (q *tasks) Put(_ context.Context, more []fleet.Task) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range more {
		if q.known[identity(t)] {
			continue
		}
		q.known[identity(t)] = true
		q.put++
		var f fate
		if q.fate != nil {
			f = q.fate(t)
		}
		if f.lost {
			continue
		}
		q.add(t, f.late)
		if f.twice {
			q.add(t, f.late/2)
		}
	}
	return nil
}

// add queues a task to be handed out, after a delay if it is late. The caller holds the mutex.
func (q *tasks) add(t fleet.Task, late time.Duration) {
	if late > 0 {
		time.AfterFunc(late, func() {
			q.mu.Lock()
			defer q.mu.Unlock()
			q.add(t, 0)
		})
		return
	}
	q.waiting = append(q.waiting, t)
	close(q.changed)
	q.changed = make(chan struct{})
}

// take returns the task that goes first or, if there is none, a channel that is closed when there
// are others.
func (q *tasks) take() (t fleet.Task, is bool, changed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return t, false, q.changed
	}
	first := slices.MinFunc(q.waiting, func(a, b fleet.Task) int { return cmp.Compare(a.Urgency, b.Urgency) })
	n := slices.Index(q.waiting, first)
	q.waiting = slices.Delete(q.waiting, n, n+1)
	q.handed++
	return first, true, nil
}

// Serve implements [fleet.Queue].
func (q *tasks) Serve(ctx context.Context, slots int, do func(fleet.Task) error) error {
	return q.serve(ctx, slots, func() error { return nil }, do)
}

// serve is Serve for a process that may stand still or die: unless pass succeeds, it takes nothing.
func (q *tasks) serve(ctx context.Context, slots int, pass func() error, do func(fleet.Task) error) error {
	var all sync.WaitGroup
	for range slots {
		all.Go(func() {
			for pass() == nil && ctx.Err() == nil {
				t, is, changed := q.take()
				if !is {
					select {
					case <-changed:
					case <-ctx.Done():
					}
					continue
				}
				if do(t) != nil && pass() == nil {
					q.mu.Lock()
					q.add(t, again)
					q.mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	return nil
}
