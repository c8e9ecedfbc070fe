package status

import (
	"fmt"
	"slices"

	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/nights"
	"keyroster/io/store"
)

// Outcome is the state of a night, in one word.
type Outcome string

// The outcomes, in the order of display.
const (
	AsDesired Outcome = "as_desired"
	Stopped   Outcome = "stopped"
	// Partial: not fully as desired.
	Partial Outcome = "not_as_desired"
	Unsafe  Outcome = "refused"
	Roster  Outcome = "roster"
	Denied  Outcome = "denied"
	Locked  Outcome = "locked"
	Usage   Outcome = "usage"
	// Interrupted: interrupted, and not retried.
	Interrupted Outcome = "interrupted"
	Missed      Outcome = "missed"
	Running     Outcome = "running"
	// Again: waiting for another attempt.
	Again   Outcome = "to_be_tried_again"
	Waiting Outcome = "waiting"
)

// presentation is how an outcome is shown. Sign and word are those of the page of all runs.
type presentation struct {
	nights.Verdict
	// code is the exit code with this outcome, -1 for none.
	code int
	// mark is the CSS class of the outcome's cells, short because a page has tens of thousands.
	mark string
}

// outcomes are all outcomes, in the order of display.
var outcomes = []Outcome{
	AsDesired, Stopped, Partial, Unsafe, Roster, Denied, Locked, Usage, Interrupted, Missed, Running, Again, Waiting,
}

var presentations = map[Outcome]presentation{
	AsDesired:   {nights.VerdictOf(exit.OK), exit.OK, "g"},
	Stopped:     {nights.VerdictOf(exit.Stopped), exit.Stopped, "x"},
	Partial:     {nights.VerdictOf(exit.Partial), exit.Partial, "n"},
	Unsafe:      {nights.VerdictOf(exit.Unsafe), exit.Unsafe, "x"},
	Roster:      {nights.VerdictOf(exit.Roster), exit.Roster, "n"},
	Denied:      {nights.VerdictOf(exit.Denied), exit.Denied, "x"},
	Locked:      {nights.VerdictOf(exit.Locked), exit.Locked, "n"},
	Usage:       {nights.VerdictOf(exit.Usage), exit.Usage, "n"},
	Interrupted: {nights.VerdictOf(exit.Interrupted), exit.Interrupted, "n"},
	Missed:      {nights.Verdict{Tone: nights.Alarm, Sign: "∅", Word: "missed"}, -1, "x"},
	Running:     {nights.Verdict{Tone: nights.Quiet, Sign: "▸", Word: "running"}, -1, "r"},
	Again:       {nights.Verdict{Tone: nights.Quiet, Sign: "↻", Word: "to be tried again"}, -1, "r"},
	Waiting:     {nights.Verdict{Tone: nights.Quiet, Sign: "◦", Word: "waiting"}, -1, "r"},
}

// word is the outcome in words, with its exit code for reference.
func (o Outcome) word() string {
	t := presentations[o]
	if t.code > 0 {
		return fmt.Sprintf("%s (%d)", t.Word, t.code)
	}
	return t.Word
}

// needsPerson reports whether nothing happens without a person.
func (o Outcome) needsPerson() bool {
	return !slices.Contains([]Outcome{AsDesired, Running, Again, Waiting}, o)
}

// outcomeOf is the outcome of a night. An unknown exit code counts as an error.
func outcomeOf(n *store.Night) Outcome {
	switch {
	case n.State == store.NightMissed:
		return Missed
	case n.State == store.NightRunning:
		return Running
	case n.State == store.NightWaiting && n.Last != nil && n.Last.Again && !n.Last.Handed:
		return Again
	case n.State == store.NightWaiting:
		return Waiting
	case n.Last == nil:
		return Stopped
	}
	for _, o := range outcomes {
		if presentations[o].code == n.Last.ExitCode {
			return o
		}
	}
	return Stopped
}
