package fleet

import (
	"context"

	"keyroster/io/store"
)

// Urgency orders the tasks that wait.
type Urgency int

// What goes first.
const (
	// Lost: its worker did not end it.
	Lost Urgency = iota
	// Asked: a person asked for it.
	Asked
	// Nightly: its time came.
	Nightly
)

// Task asks for the next attempt at a night.
type Task struct {
	store.NightKey
	// Generation is that of the night when the task was made, and Again how often the task
	// was made before: the same task is queued once.
	Generation int64
	Again      int
	Urgency    Urgency
}

// Queue hands tasks to the workers, each to one of them. Its methods may be called by
// several goroutines.
type Queue interface {
	// Put queues those tasks that were not queued before, all of them or none.
	Put(ctx context.Context, tasks []Task) error
	// Serve hands tasks to do, at most so many side by side, until ctx ends and all that
	// was handed out is done. A task whose do fails comes again later. The error is that of
	// a queue that cannot be served.
	Serve(ctx context.Context, slots int, do func(Task) error) error
}
