package reportio

import (
	"slices"

	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// presentation is how something is shown to people, in every form of a report.
type presentation struct {
	// meaning explains it to a person who reads it for the first time; advice is what a
	// person does about a line that needs one.
	meaning, advice string
	// fill is a pale colour and ink the dark one that is readable on it; bar is the
	// page's on white. They follow the Okabe-Ito palette, which people with any kind of
	// colour vision can distinguish; the word always accompanies the colour.
	fill, ink, bar string
	// urgency ranks the lines that need a person: first what may be wrong at the doors
	// now, last what merely waits for another run. rank is the order in which people
	// want to read outcomes, where that differs.
	urgency, rank int
}

// outcomes are how each outcome is shown; for blocked lines, situations have more specific advice.
var outcomes = [...]presentation{
	reconcile.NoOutcome: {urgency: 6},
	reconcile.Unchanged: {
		meaning: "Already matches the roster", fill: "F4F6F7", ink: bookio.Muted, bar: "AAB6C0", urgency: 3, rank: 10,
		advice: "The record matches the roster, so it is not written again. In the provider's console, check the " +
			"record and that its system is connected; or give the row another value and apply again.",
	},
	reconcile.Applied: {
		meaning: "Changed at the provider", fill: "D6EFE4", ink: "00543A", bar: "009E73", rank: 8,
		advice: "Check the record in the provider's console, then apply again.",
	},
	reconcile.Failed: {
		meaning: "The provider rejected the change", fill: "FADBCB", ink: "8A2A00", bar: "D55E00", urgency: 2,
		advice: "Read the provider's answer, correct the row and apply again.",
	},
	reconcile.Blocked: {
		meaning: "Not sent: unsafe, ambiguous, or an earlier change failed", fill: "FCE8BF", ink: "664700",
		bar: "E69F00", urgency: 4,
		advice: "Read why it was not sent, correct the row and apply again.",
	},
	reconcile.Conflict: {
		meaning: "Not sent: the record changed after the plan was made", fill: "F2D9E8", ink: "70245A",
		bar: "C45A97", urgency: 3,
		advice: "Someone else changed the record in the meantime. Apply again to make a new plan.",
	},
	reconcile.Unknown: {
		meaning: "Sent, but the result could not be verified", fill: "F7D0D0", ink: "7A1020", bar: "A8122A", urgency: 1,
		advice: "Check the record in the provider's console, or apply again: the next run reads it first.",
	},
	reconcile.NotAttempted: {
		meaning: "Not sent: the run ended before its turn", fill: "E4E4E4", ink: "333333", bar: "6B7280", urgency: 6,
		advice: "Resume the run, or apply again.",
	},
	reconcile.InvalidRow: {
		meaning: "The row has problems and was skipped", fill: "F6F0B8", ink: "5A5200", bar: "C4B400", urgency: 5,
		advice: "Correct the row, or create its person at the provider, and apply again.",
	},
	reconcile.LeftUnlisted: {
		meaning: "Not in the roster; left unchanged", fill: "F4F6F7", ink: bookio.Muted, bar: "D0D8DE", urgency: 3, rank: 9,
		advice: "Add a row for the record, or delete it with --prune.",
	},
	reconcile.Planned: {
		meaning: "Would be changed; not sent", fill: "D7E7F6", ink: "0A3F70", bar: "0072B2", urgency: 6, rank: 8,
	},
}

// situations are how each situation is shown.
var situations = [...]presentation{
	reconcile.InSync:  {meaning: "the record matches its row"},
	reconcile.Drifted: {meaning: "the record differs from its row"},
	reconcile.Missing: {meaning: "no record exists for the row"},
	reconcile.Ambiguous: {
		meaning: "several rows or records match, or the row contradicts its record",
		advice:  "Follow the reason so that the row matches exactly one record, and apply again.",
	},
	reconcile.Unsupported: {
		meaning: "the provider does not support the change",
		advice:  "Make the change in the provider's console, or change the row to something the provider supports.",
	},
	reconcile.Protected: {
		meaning: "the record is protected and differs from its row",
		advice:  "Ask the person who maintains protect in the configuration.",
	},
	reconcile.Unreadable: {
		meaning: "the value is masked, so it cannot be compared",
		advice:  "Check the value in the provider's console, or leave the cell blank.",
	},
	reconcile.Invalid:  {meaning: "the row has problems"},
	reconcile.Unlisted: {meaning: "no row names the record"},
	reconcile.Implausible: {
		meaning: "the value does not look like the others of its type, or is the record's value damaged by a spreadsheet",
		advice: "Correct the cell and apply again; if the value is right, allow its shape with the setting or flag " +
			"in the reason.",
	},
}

// tones are how each tone looks: the page's class and what its colour means, a sign,
// the colour of a terminal, and those of the workbook.
var tones = [...]struct{ name, word, sign, ansi, fill, ink string }{
	Good:      {"good", "As desired", "✅", ansiGreen, "D6EFE4", "00543A"},
	Noted:     {"notice", "Some not in the roster", "📋", ansiBlue, "D7E7F6", "0A3F70"},
	Notice:    {"notice", "Dry run", "📋", ansiBlue, "D7E7F6", "0A3F70"},
	Attention: {"attention", "Needs attention", "⚠️", ansiYellow, "FCE8BF", "5A3E00"},
	Alarm:     {"alarm", "Not done", "⛔", ansiRed, "FADBCB", "8A2A00"},
}

// advice is what a person does about a line, empty for one that needs no person.
func advice(l *Line) string {
	if !l.NeedsPerson() {
		return ""
	}
	if l.Undo != "" && l.Outcome == reconcile.Conflict {
		return "Someone else changed the record after the run, so it was left as it is. Check it in the provider's console."
	}
	if l.Outcome == reconcile.Blocked && situations[l.Situation].advice != "" {
		return situations[l.Situation].advice
	}
	return outcomes[l.Outcome].advice
}

// remedy is what to do about the lines of one outcome or situation.
type remedy struct{ ID, Word, Advice string }

// remedies are the advice for the lines that the summary shows first, each once.
func (r *Report) remedies() []remedy {
	var all []remedy
	for i := range r.settled.first {
		l := &r.settled.first[i]
		one := remedy{ID: needOutcome(l).String(), Word: outcomeWord(l), Advice: advice(l)}
		if l.Outcome == reconcile.Blocked {
			one.Word += ", " + plainWords(l.Situation.String())
		}
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// correctionSentence says where the rows to correct are; empty where there is no such
// file. A run that came to its end leaves one; an undo's rows are not a roster to apply.
func correctionSentence(r *Report) string {
	if r.settled.needRows == 0 || r.ExitCode != 3 || r.RunID == "" || r.Migration != nil || r.Undoes != "" {
		return ""
	}
	return "The rows are also in failed.csv in the run's folder: correct them there and apply that file as a roster."
}

// urgency ranks a line that needs a person, the most urgent first.
func urgency(l *Line) int {
	if l.Outcome == reconcile.Unchanged && l.ineffective() {
		return 0
	}
	return outcomes[l.Outcome].urgency
}

// outcomeRank orders outcomes as people want to read them, from 1.
func outcomeRank(o reconcile.Outcome) int {
	if rank := outcomes[o].rank; rank > 0 {
		return rank
	}
	return 1 + outcomes[o].urgency
}
