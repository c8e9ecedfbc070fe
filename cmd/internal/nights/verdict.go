package nights

import (
	"slices"
	"strings"

	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/reconcile"
)

// Tone is how urgent a verdict is.
type Tone string

// The tones, from good to most urgent. Quiet is for runs that sent nothing and need no attention.
const (
	Good      Tone = "good"
	Quiet     Tone = "idle"
	Attention Tone = "attention"
	Alarm     Tone = "alarm"
)

// Urgency orders the tones: higher is more urgent.
func (t Tone) Urgency() int { return slices.Index([]Tone{Quiet, Good, Attention, Alarm}, t) }

// Verdict is how a run ended, in words.
type Verdict struct {
	Tone Tone
	// Sign replaces Word if space is short; each is unique.
	Sign, Word string
}

var byStatus = map[store.RunStatus]Verdict{
	store.RunOpen:      {Alarm, "◐", "open"},
	store.RunDamaged:   {Alarm, "?", "damaged"},
	store.RunAbandoned: {Attention, "–", "given up"},
	store.RunEmpty:     {Quiet, "○", "empty: it sent nothing"},
}

var byExitCode = map[int]Verdict{
	0:   {Good, "✓", "as desired"},
	1:   {Alarm, "✕", "stopped by an error"},
	3:   {Attention, "!", "not fully as desired"},
	4:   {Alarm, "⊘", "refused by a safety rule"},
	5:   {Attention, "≠", "nothing sent because of roster problems"},
	6:   {Alarm, "⊗", "login failed or lacks a permission"},
	7:   {Attention, "…", "another run held the lock"},
	64:  {Attention, "‽", "command line or configuration error"},
	130: {Attention, "‖", "interrupted"},
}

// Verdict is how the run ended.
func (e *Entry) Verdict() Verdict {
	if v, known := byStatus[e.Status]; known {
		return v
	}
	if e.ExitCode != nil {
		return VerdictOf(*e.ExitCode)
	}
	return byExitCode[1]
}

// VerdictOf is the verdict for an exit code; an unknown code counts as an error.
func VerdictOf(code int) Verdict {
	if v, known := byExitCode[code]; known {
		return v
	}
	return byExitCode[1]
}

// Verdicts returns every verdict once, the best first.
func Verdicts() []Verdict {
	var out []Verdict
	for _, code := range []int{0, 3, 5, 7, 64, 130, 4, 6, 1} {
		out = append(out, byExitCode[code])
	}
	for _, s := range []store.RunStatus{
		store.RunOpen, store.RunDamaged, store.RunAbandoned, store.RunEmpty,
	} {
		out = append(out, byStatus[s])
	}
	return out
}

// words are how the run ended, with the number of lines that were changed, or are not as they
// should be.
func (e *Entry) words() string {
	var parts []string
	for _, o := range reconcile.Outcomes {
		if o == reconcile.LeftUnlisted && e.Undoes != "" {
			continue // an undo leaves all other records alone
		}
		if n := e.Of(o); n > 0 && o != reconcile.Unchanged {
			word := strings.ReplaceAll(o.String(), "_", " ")
			if o == reconcile.LeftUnlisted {
				word = "in no row"
			}
			parts = append(parts, reportio.Thousands(n)+" "+word)
		}
	}
	return reportio.JoinFilled(": ", e.Verdict().Word, strings.Join(parts, ", "))
}

// count is the number of lines with an outcome in a journal.
func count(said *journalio.Replay, o reconcile.Outcome) int {
	n := 0
	for _, l := range said.Lines {
		if l.Outcome == o.String() {
			n++
		}
	}
	return n
}
