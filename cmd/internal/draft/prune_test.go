package draft

import (
	"strings"
	"testing"

	"keyroster/cmd/internal/failure"
	"keyroster/io/cellio"
	"keyroster/reconcile"
)

func TestUnsafePrune(t *testing.T) {
	const correct = "correct these rows, or leave out --prune"
	whole := strings.TrimSuffix(same, "P3,three@example.com,pin,739155\n")
	tests := []struct{ name, roster, text, hint string }{
		{
			name: "within the limits", roster: whole,
		},
		{
			name: "a row names a record that is not listed", roster: whole + "P9,,,739156\n",
			text: "the plan exceeds its limits: --prune is refused while rows name records that are not listed (1 do): " +
				"one of them may be a record that would be pruned",
			hint: correct,
		},
		{
			name: "an invalid row", roster: whole + "P3,nobody,pin,739155\n",
			text: "the plan exceeds its limits: --prune is refused while a row is invalid or ambiguous: its record might be pruned",
			hint: correct,
		},
		{
			name: "an ambiguous row", roster: whole + "P3,four@example.com,pin,739155\n",
			text: "the plan exceeds its limits: --prune is refused while a row is invalid or ambiguous: its record might be pruned",
			hint: correct,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t, "    limits: {invalid: 100%, delete: 5}\n")
			d := w.make(test.roster, Options{Prune: true})
			wantFailure(t, d.Result(false), failure.Unsafe, test.text, test.hint)
			// Without pruning, none of these stops a plan.
			wantFailure(t, w.make(test.roster, Options{}).Result(false), failure.Unsafe, "", "")
		})
	}
}

// TestUnsafePruneOfParts: pruning is refused for rosters that do not cover the whole account.
func TestUnsafePruneOfParts(t *testing.T) {
	part := reconcile.Problem{Source: reconcile.Source{File: "badges.xlsx", Sheet: "Doors", Line: 9}}
	sheet := part
	sheet.Kind = cellio.KindSheet
	tests := []struct {
		name         string
		roster       reconcile.Roster
		why, correct string
	}{
		{
			"failed rows",
			reconcile.Roster{Files: []reconcile.File{{Partial: true}}},
			"--prune is refused with the failed.csv of a run: it names only the rows that failed", "leave out --prune",
		},
		{
			"a part",
			reconcile.Roster{Problems: []reconcile.Problem{part}, Unread: []int{0}},
			"--prune is refused while part of the roster is not read (" + part.Place() +
				"): a record that would be pruned may be named there",
			"fix the file, or leave out --prune",
		},
		{
			"a sheet",
			reconcile.Roster{Problems: []reconcile.Problem{sheet}},
			"--prune is refused while a sheet that may hold rows is not read (" + sheet.Place() +
				"): a record that would be pruned may be listed there",
			"name the sheets that are the roster with FILE#SHEET, or all with FILE#*; or leave out --prune",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := &Draft{Roster: &test.roster}
			if got, want := d.unsafePrune(), (pruneRefusal{test.why, test.correct}); got == nil || *got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}
