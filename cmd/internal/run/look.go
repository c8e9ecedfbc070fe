package run

import (
	"context"
	"strings"
	"time"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// lookForLeft looks for the records that earlier runs left on temporary values and
// that nothing but a listing can tell of any more. note: the plan is new, and its
// lines are to say so.
func (b *begun) lookForLeft(ctx context.Context, d *draft.Draft, note bool) (leftovers, error) {
	runs := b.known.LeftParked
	if len(runs) == 0 {
		return leftovers{}, nil
	}
	have := d.Plan.Have
	if d.WholeListing() == nil {
		// The plan is about some people; the temporary value may be anybody's.
		listing, err := b.account.List(ctx, reconcile.Scope{}, func(int, int) {})
		if err != nil {
			return leftovers{}, failure.Of(err)
		}
		have = listing.Records
	}
	found, masked := leftoversOf(runs, b.known.Key, have, d.Plan.Want)
	left := leftovers{found: found, looked: true}
	left.place(d.Plan, func(line int, run string) {
		if note {
			d.Plan.Note(line, "it holds a temporary value that the interrupted run "+run+" left it on")
		}
	})
	log := b.options.Sinks.Log
	if len(left.found) > 0 {
		log.Warn().Strs("runs", runs).Int("records", len(left.found)).
			Msg("interrupted runs left records on temporary values")
	}
	if masked > 0 {
		log.Warn().Strs("runs", runs).Int("records", masked).
			Msg("values that the provider masks may be temporary ones of interrupted runs: nobody can tell")
	}
	return left, nil
}

// lookUpTime bounds the look for names.
const lookUpTime = 30 * time.Second

// lookUpLeft reads the names of the people on temporary values where a listing leaves
// them out. A name that cannot be had is no reason to stop: the id says who it is.
func (b *begun) lookUpLeft(ctx context.Context, plan *reconcile.Plan, done *engine.Run, left []leftover) {
	var ids []string
	for _, line := range done.Parked {
		ids = append(ids, plan.HaveRecord(line).Of(reconcile.HolderID))
	}
	for _, l := range left {
		ids = append(ids, l.record.Of(reconcile.HolderID))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookUpTime)
	defer cancel()
	if err := b.account.LookUp(ctx, ids); err != nil {
		b.options.Sinks.Log.Debug().Err(err).Msg("the people on temporary values are named by their ids")
	}
}

// onTemporaryValues names each person whose credential is on a temporary value, or may
// be, by name where one is known: nothing is more urgent.
func (b *begun) onTemporaryValues(plan *reconcile.Plan, done *engine.Run, left []leftover) []string {
	var words []string
	say := func(record reconcile.Record, rest string) {
		who := record.Whose()
		if name, _ := b.account.Spoken(record.Of(reconcile.HolderID)); name != "" {
			who = name + " (" + who + ")"
		}
		words = append(words, who+rest)
	}
	if done != nil {
		for _, line := range done.Parked {
			say(plan.HaveRecord(line), " is left on a temporary value, or may be, and the doors are not told")
		}
	}
	for _, l := range left {
		say(l.record, " is on a temporary value that run "+l.run+" left it on, and the doors are not told")
	}
	return words
}

// parkedWords names the people whose credential stays on a temporary value.
func parkedWords(plan *reconcile.Plan, done *engine.Run) string {
	var words []string
	for _, line := range done.Parked {
		words = append(words, plan.HaveRecord(line).Whose()+" is left on a temporary value, or may be")
	}
	return strings.Join(words, "; ")
}
