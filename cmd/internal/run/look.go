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

// lookForLeft looks for records that earlier runs left on temporary values and that only a
// listing can show. note: the plan is new, and its lines get a note.
func (b *startedRun) lookForLeft(ctx context.Context, d *draft.Draft, note bool) (leftovers, error) {
	runs := b.known.LeftParked
	if len(runs) == 0 {
		return leftovers{}, nil
	}
	have := d.Plan.Have
	if d.WholeListing() == nil {
		// The plan covers some people, but anyone may hold the temporary value.
		listing, err := b.account.List(ctx, reconcile.Scope{}, func(int, int) {})
		if err != nil {
			return leftovers{}, failure.Of(err)
		}
		have = listing.Records
	}
	found, masked := leftoversOf(runs, &b.known.State, b.known.Key, have, d.Plan.Want)
	left := leftovers{found: found, looked: true}
	left.findLines(d.Plan, func(line int, run string) {
		if note {
			d.Plan.Note(line, "it holds a temporary value left by the interrupted run "+run)
		}
	})
	log := b.options.Sinks.Log
	if len(left.found) > 0 {
		log.Warn().Strs("runs", runs).Int("records", len(left.found)).
			Msg("interrupted runs left records on temporary values")
	}
	if masked > 0 {
		log.Warn().Strs("runs", runs).Int("records", masked).
			Msg("values that the provider masks may be temporary values of interrupted runs: this cannot be checked")
	}
	return left, nil
}

// lookUpTime bounds the look-up of names.
const lookUpTime = 30 * time.Second

// lookUpLeft reads the names of people on temporary values if the listing lacks them. If that
// fails, their ids are used.
func (b *startedRun) lookUpLeft(ctx context.Context, plan *reconcile.Plan, done *engine.Run, left []leftover) {
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
		b.options.Sinks.Log.Debug().Err(err).Msg("could not read names: people on temporary values are shown by id")
	}
}

// onTemporaryValues names each person whose credential is on a temporary value, or may be, by
// name if known: nothing is more urgent.
func (b *startedRun) onTemporaryValues(plan *reconcile.Plan, done *engine.Run, left []leftover) []string {
	var words []string
	say := func(record reconcile.Record, rest string) {
		who := record.Describe()
		if name, _ := b.account.OneLineNames(record.Of(reconcile.HolderID)); name != "" {
			who = name + " (" + who + ")"
		}
		words = append(words, who+rest)
	}
	if done != nil {
		for _, line := range done.Parked {
			say(plan.HaveRecord(line), " is or may be left on a temporary value, so the doors are not synced")
		}
	}
	for _, l := range left {
		say(l.record, " is on a temporary value left by run "+l.run+", so the doors are not synced")
	}
	return words
}

// parkedWords names the people whose credential stays on a temporary value.
func parkedWords(plan *reconcile.Plan, done *engine.Run) string {
	var words []string
	for _, line := range done.Parked {
		words = append(words, plan.HaveRecord(line).Describe()+" is or may be left on a temporary value")
	}
	return strings.Join(words, "; ")
}
