package reportio

import (
	"keyroster/io/bookio"
	"keyroster/reconcile"
)

// telling is how something is told to people, in every form of a report.
type telling struct {
	// meaning explains it to a person who reads it for the first time; advice is what a
	// person does about a line that needs one.
	meaning, advice string
	// fill is a pale colour and ink the dark one that is readable on it; bar is the
	// page's on white. They are after the Okabe-Ito palette, which people with any kind
	// of colour vision tell apart; the word stands beside the colour everywhere.
	fill, ink, bar string
	// urgency ranks the lines that need a person: first what may be wrong at the doors
	// now, last what merely waits for another run. rank is the order in which people
	// want to read outcomes, where that is another.
	urgency, rank int
}

// outcomes are how each outcome is told; of blocked lines, situations know more to do.
var outcomes = [...]telling{
	reconcile.NoOutcome: {urgency: 6},
	reconcile.Unchanged: {
		meaning: "Already as the roster says", fill: "F4F6F7", ink: bookio.Muted, bar: "AAB6C0", urgency: 3, rank: 10,
		advice: "It is as the roster says, so it is not written again. Look in the provider's console at the record, and whether its system is connected; or give the row another value and apply again.",
	},
	reconcile.Applied: {
		meaning: "Changed at the provider", fill: "D6EFE4", ink: "00543A", bar: "009E73", rank: 8,
		advice: "Look at the record in the provider's console, then apply again.",
	},
	reconcile.Failed: {
		meaning: "The provider refused the change", fill: "FADBCB", ink: "8A2A00", bar: "D55E00", urgency: 2,
		advice: "Read the provider's answer, correct the row and apply again.",
	},
	reconcile.Blocked: {
		meaning: "Not sent: unsafe, unclear, or the change before it failed", fill: "FCE8BF", ink: "664700", bar: "E69F00", urgency: 4,
		advice: "Read why it was not sent, correct the row and apply again.",
	},
	reconcile.Conflict: {
		meaning: "Not sent: the record moved after the plan was made", fill: "F2D9E8", ink: "70245A", bar: "C45A97", urgency: 3,
		advice: "Somebody else changed the record meanwhile. Apply again to compare anew.",
	},
	reconcile.Unknown: {
		meaning: "Sent, but what came of it could not be proved", fill: "F7D0D0", ink: "7A1020", bar: "A8122A", urgency: 1,
		advice: "Look at the record in the provider's console, or apply again: the next run reads it first.",
	},
	reconcile.NotAttempted: {
		meaning: "Not sent: the run ended before its turn", fill: "E4E4E4", ink: "333333", bar: "6B7280", urgency: 6,
		advice: "Resume the run, or apply again.",
	},
	reconcile.InvalidRow: {
		meaning: "The row has problems and was left out", fill: "F6F0B8", ink: "5A5200", bar: "C4B400", urgency: 5,
		advice: "Correct the row, or create the person whom it names at the provider, and apply again.",
	},
	reconcile.LeftUnlisted: {
		meaning: "Records that no row names; left as they are", fill: "F4F6F7", ink: bookio.Muted, bar: "D0D8DE", urgency: 3, rank: 9,
		advice: "Give the record a row, or remove it with --prune.",
	},
	reconcile.Planned: {
		meaning: "Would be changed; not sent", fill: "D7E7F6", ink: "0A3F70", bar: "0072B2", urgency: 6, rank: 8,
	},
}

// situations are how each situation is told.
var situations = [...]telling{
	reconcile.InSync:  {meaning: "the record is as its row says"},
	reconcile.Drifted: {meaning: "the record differs from its row"},
	reconcile.Missing: {meaning: "no record has what the row says"},
	reconcile.Ambiguous: {
		meaning: "several rows or records fit, or the row contradicts its record",
		advice:  "Do what the reason says, so that the row can mean one record alone, and apply again.",
	},
	reconcile.Unsupported: {
		meaning: "the provider cannot do it",
		advice:  "Do it in the provider's own console, or change the row to what the provider can do.",
	},
	reconcile.Protected: {
		meaning: "the record is protected and differs from its row",
		advice:  "Ask whoever keeps the list of protected people.",
	},
	reconcile.Unreadable: {
		meaning: "the provider masks the value, so it cannot be compared",
		advice:  "Look at the value in the provider's console, or leave the cell empty.",
	},
	reconcile.Invalid:  {meaning: "the row has problems"},
	reconcile.Unlisted: {meaning: "no row names the record"},
	reconcile.Implausible: {
		meaning: "the value is unlike all others of its type, or is the record's after a spreadsheet's damage",
		advice:  "Correct the cell and apply again; if the value is right, say so with the shapes or --accept-shape that the reason names.",
	},
}

// tones are how each tone looks: the page's class and what its colour says, a sign, the
// colour of a terminal, and those of the workbook.
var tones = [...]struct{ name, word, sign, ansi, fill, ink string }{
	Good:      {"good", "As desired", "✅", ansiGreen, "D6EFE4", "00543A"},
	Noted:     {"notice", "Not all in a row", "📋", ansiBlue, "D7E7F6", "0A3F70"},
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
		return "Somebody else changed the record since the run, and it stays as they left it. Look at it in the provider's console."
	}
	if l.Outcome == reconcile.Blocked && situations[l.Situation].advice != "" {
		return situations[l.Situation].advice
	}
	return outcomes[l.Outcome].advice
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
