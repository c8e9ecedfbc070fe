package fleet

import (
	"context"

	"keyroster/io/store"
)

// Requested is what became of nights that a person asked for.
type Requested struct {
	// Queued are those that wait now: new ones, and those that begin once more.
	Queued []store.NightKey
	// Known are those that wait already, that are worked on, or that ended well.
	Known int
}

// Request asks for nights now. One that ended well is not begun once more.
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

// queue tells the workers, who would find the nights by themselves, and later.
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
