package fleet

import (
	"context"

	"keyroster/io/store"
)

// Urgency orders the waiting tasks.
type Urgency int

// The urgencies, the most urgent first.
const (
	// Lost: its worker did not finish it.
	Lost Urgency = iota
	// Asked: a person requested it.
	Asked
	// Nightly: it is due by schedule.
	Nightly
)

// Task asks for the next attempt at a night.
type Task struct {
	store.NightKey
	// Generation is that of the night when the task was made, and Again counts repetitions:
	// identical tasks are queued once.
	Generation int64
	Again      int
	Urgency    Urgency
}

// Queue hands each task to one worker. Its methods are safe for concurrent use.
type Queue interface {
	// Put queues the tasks that are not queued yet, all of them or none.
	Put(ctx context.Context, tasks []Task) error
	// Serve calls do for tasks, at most slots at a time, until ctx ends and all calls have
	// returned. A task whose call fails is delivered again later. The error means that the
	// queue cannot be served.
	Serve(ctx context.Context, slots int, do func(Task) error) error
}
