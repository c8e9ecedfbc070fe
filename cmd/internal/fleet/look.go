package fleet

import (
	"context"
	"time"

	"keyroster/io/store"
)

// queuing is when a task was queued by this worker, and how often before.
type queuing struct {
	task Task
	at   time.Time
}

// most bounds the nights that are queued at once.
const most = 1000

// look writes down the nights that are due, and queues what may be taken.
func (w *Worker) look(ctx context.Context) {
	now := time.Now
	if w.Now != nil {
		now = w.Now
	}
	w.plan(now())
	ready, err := w.Board.Ready(most)
	if err == nil {
		tasks := w.toQueue(ready, time.Now())
		if len(tasks) == 0 {
			return
		}
		if err = w.Queue.Put(ctx, tasks); err == nil {
			w.noteQueued(tasks, time.Now())
		}
	}
	if err != nil && ctx.Err() == nil {
		w.Log.Warn().Err(err).Msg("nights that are due could not be queued")
	}
}

// toQueue are the tasks for nights that may be taken, but for those that were queued. One
// that no worker took for two leases, although a slot of this worker is free and stays so,
// is queued again: the worker that had its task is gone.
func (w *Worker) toQueue(ready []store.Night, now time.Time) []Task {
	w.mu.Lock()
	defer w.mu.Unlock()
	idle := len(w.attempts) < w.Self.Slots && now.Sub(w.full) >= w.beat()
	still := map[store.NightKey]queuing{}
	var tasks []Task
	for i := range ready {
		t := taskOf(&ready[i])
		if q, known := w.queued[t.NightKey]; known && q.task.Generation == t.Generation {
			still[t.NightKey] = q
			if !idle || now.Sub(q.at) < 2*w.Lease {
				continue
			}
			t.Again = q.task.Again + 1
		}
		tasks = append(tasks, t)
	}
	w.queued = still
	return tasks
}

// noteQueued remembers what was queued.
func (w *Worker) noteQueued(tasks []Task, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range tasks {
		w.queued[t.NightKey] = queuing{t, now}
	}
}

// taskOf asks for the next attempt at a night.
func taskOf(night *store.Night) Task {
	t := Task{NightKey: night.NightKey, Generation: night.Generation, Urgency: Nightly}
	if night.State == store.NightRunning {
		t.Urgency = Lost
	}
	return t
}
