package fleet

import (
	"context"
	"time"

	"keyroster/io/store"
)

// queuedTask is a task queued by this worker, and when.
type queuedTask struct {
	task Task
	at   time.Time
}

// most is the maximum number of nights queued at once.
const most = 1000

// enqueueDue records the nights that are due, and queues those that may be taken.
func (w *Worker) enqueueDue(ctx context.Context) {
	now := time.Now
	if w.Now != nil {
		now = w.Now
	}
	w.plan(now())
	ready, err := w.Board.Ready(most)
	if err == nil {
		tasks := w.toQueue(ready, time.Now())
		if len(tasks) > 0 {
			err = w.Queue.Put(ctx, tasks)
		}
		if err == nil {
			w.noteQueued(tasks, time.Now())
		}
	}
	if ctx.Err() == nil {
		w.noteOutcome("queue", "could not queue the nights that are due", err)
	}
}

// toQueue returns the tasks for nights that may be taken and are not queued yet. A night that
// still waits although this worker has had a free slot for a while is queued again: its task
// probably went to a worker that died. If not, the extra task does no harm, since the board
// gives a night to one worker.
func (w *Worker) toQueue(ready []store.Night, now time.Time) []Task {
	w.mu.Lock()
	defer w.mu.Unlock()
	idle := len(w.attempts) < w.Self.Slots && now.Sub(w.full) >= w.heartbeatInterval()
	still := map[store.NightKey]queuedTask{}
	var tasks []Task
	for i := range ready {
		t := taskOf(&ready[i])
		if q, known := w.queued[t.NightKey]; known && q.task.Generation == t.Generation {
			still[t.NightKey] = q
			if !idle || now.Sub(q.at) < w.requeueDelay(q.task.Again) {
				continue
			}
			t.Again = q.task.Again + 1
		}
		tasks = append(tasks, t)
	}
	w.queued = still
	return tasks
}

// requeueDelay is how long a task may wait before it is queued again; it grows each time, since
// the queue may just be slow.
func (w *Worker) requeueDelay(again int) time.Duration {
	return min(2*w.heartbeatInterval()<<min(again, 3), 2*w.Lease)
}

// noteQueued records which tasks were queued, and when.
func (w *Worker) noteQueued(tasks []Task, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, t := range tasks {
		w.queued[t.NightKey] = queuedTask{t, now}
	}
}

// taskOf makes the task for the next attempt at a night.
func taskOf(night *store.Night) Task {
	t := Task{NightKey: night.NightKey, Generation: night.Generation, Urgency: Nightly}
	if night.State == store.NightRunning {
		t.Urgency = Lost
	}
	return t
}
