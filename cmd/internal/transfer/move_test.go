package transfer_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/transfer"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/io/store/memory"
	"keyroster/reconcile"
)

// TestMakeRefusesStrangers: names that the accounts do not have would hold nothing back, so they
// are refused before a roster is made of them.
func TestMakeRefusesStrangers(t *testing.T) {
	for name, test := range map[string]struct {
		rules, crosswalk, only string
		kind                   failure.Kind
		text, hint             string
	}{
		"type": {
			rules: "{types: {Proximity cart: card}}", kind: failure.Usage,
			text: `migrate.types names type "Proximity cart", which old does not have; did you mean "Proximity card"?`,
			hint: "correct the section migrate of account new",
		},
		"person": {
			rules: rules, crosswalk: "from_holder_id,to_holder_id\n509,00000000-0000-4000-8000-000000000001\n",
			kind: failure.Roster, text: "509, who is not listed at old", hint: "correct the crosswalk",
		},
		"someone else's person": {
			rules: rules, crosswalk: "from_holder_id,to_holder_id\n501,00000000-0000-4000-8000-000000000009\n",
			kind: failure.Roster, text: "00000000-0000-4000-8000-000000000009, who is not listed at new",
			hint: "correct the crosswalk",
		},
		"one of nobody": {
			rules: rules, only: "holder_email\nsix@example.com\n",
			kind: failure.Roster, text: `line 2: account old has no person matching "six@example.com"`,
			hint: "write each person",
		},
		"one of several": {
			rules: rules, only: "holder_ref\nE-2\n",
			kind: failure.Roster, text: `has 2 people matching "E-2": 502, 503`, hint: "write each person",
		},
		"one of two": {
			rules: rules, only: "holder_id,holder_email\n501,two@example.com\n",
			kind: failure.Roster,
			text: `has 501, also named on the line, as a different person than "two@example.com"`,
			hint: "write each person",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.rules)
			o := w.options()
			if test.crosswalk != "" {
				o.Crosswalk = w.file("crosswalk.csv", test.crosswalk)
			}
			if test.only != "" {
				o.Only = w.file("people.csv", test.only)
			}
			_, err := w.make(o)
			wants(t, err, test.kind, test.text, test.hint)
		})
	}
}

// TestMakeAccountsForEachRecord: every record ends in one place: moved, left to a person, lost for
// a reason, or not asked for. A plan finds the cards that the target cannot hold, and is of no
// further use then.
func TestMakeAccountsForEachRecord(t *testing.T) {
	for _, test := range []struct {
		rules, only string
		want        reportio.Migration
	}{
		{ended, "", reportio.Migration{Refused: 1, Lost: 4, MissingHolders: 1}},
		{rules, "", reportio.Migration{Moved: 2, Refused: 1, Lost: 2, MissingHolders: 1}},
		{rules, "holder_email\nONE@example.com\n", reportio.Migration{Moved: 1, Lost: 1, OutOfScope: 3}},
		{rules, "holder_id\n503\n", reportio.Migration{Refused: 1, OutOfScope: 4, MissingHolders: 1}},
	} {
		w := newWorld(t, test.rules)
		o := w.options()
		if test.only != "" {
			o.Only = w.file("people.csv", test.only)
		}
		move, e := w.between(o)
		made, err := move.Make(context.Background(), w.known(e.target))
		w.must(err)
		d := made.First()
		if (d == nil) != (test.want.Lost > 0) {
			t.Errorf("only %q: a first draft: %v", test.only, d != nil)
		}
		if d == nil {
			d, err = draft.Make(context.Background(), draft.Input{
				Account: e.target, Known: w.known(e.target), Roster: made.Roster(), Options: o.Draft,
			})
			w.must(err)
		}
		r := made.Report(d)
		got := reportio.Migration{
			Moved: r.Moved, Refused: r.Refused, Lost: r.Lost, OutOfScope: r.OutOfScope, MissingHolders: r.MissingHolders,
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("only %q (-want +got):\n%s", test.only, diff)
		}
		if n := r.Moved + r.Refused + r.Lost + r.OutOfScope; n != r.Records || n != 5 {
			t.Errorf("only %q: %d of %d records are accounted for", test.only, n, r.Records)
		}
	}
}

// callsOf counts the calls to both ends, named as in reports.
func (e ends) callsOf() map[string]int {
	out := map[string]int{}
	for call, n := range e.fromCalls.Calls() {
		out[fmt.Sprintf("old %s %s", call.Op, call.Endpoint)] += n
	}
	for call, n := range e.toCalls.Calls() {
		out[fmt.Sprintf("new %s %s", call.Op, call.Endpoint)] += n
	}
	return out
}

// budgetOf returns the calls that a report foretold, named likewise.
func budgetOf(r *reportio.Migration) map[string]int {
	out := map[string]int{}
	for _, c := range r.Calls {
		out[fmt.Sprintf("%s %s %s", c.Account, c.Kind, c.Endpoint)] += c.Calls
	}
	return out
}

// TestTransferForetellsItsCalls: a run foretells each of its calls before the first write, and says
// the same when it is over; its files exist before the first write.
func TestTransferForetellsItsCalls(t *testing.T) {
	w := newWorld(t, rules)
	o := w.options()
	move, e := w.between(o)
	var before map[string]int
	show := func(v transfer.View) {
		before = budgetOf(v.Migration)
		for call := range e.toCalls.Calls() {
			if call.Endpoint == "POST /acs/credentials/create" {
				t.Error("a write was sent before what it does was shown")
			}
		}
		for _, name := range []string{
			migrationio.RosterFile, migrationio.CrosswalkFile, migrationio.MissingFile, migrationio.LossFile, migrationio.PlanFile,
		} {
			if _, err := os.Stat(filepath.Join(o.Out, name)); err != nil {
				t.Errorf("before the first write: %v", err)
			}
		}
	}
	report := func(d *draft.Draft) *reportio.Report { return d.Report(draft.ReportOptions{Command: "migrate"}) }
	out, err := run.Apply(context.Background(), e.target, memory.New(), nil, time.Now(), run.Options{
		Command: "migrate", Draft: o.Draft, Transfer: move.Transfer(report, show), Sinks: w.sinks,
	})
	wants(t, err, failure.Partial, "", "") // one person is not known there
	if s := out.Report.Summary; s.Applied != 2 || s.Failed != 0 {
		t.Errorf("summary %+v", s)
	}
	made := e.callsOf()
	if diff := cmp.Diff(made, before); diff != "" {
		t.Errorf("foretold before the run (-made +foretold):\n%s", diff)
	}
	if diff := cmp.Diff(made, budgetOf(out.Report.Migration)); diff != "" {
		t.Errorf("in the report of the run (-made +foretold):\n%s", diff)
	}
	if made["new write POST /acs/credentials/create"] != 2 {
		t.Errorf("calls: %v", slices.Sorted(maps.Keys(made)))
	}
	for call, n := range e.fromCalls.Calls() {
		if call.Op.String() == "write" {
			t.Errorf("the account to move from got %d of %s", n, call.Endpoint)
		}
	}
}

// TestTransferIsRefused: what stops a move stops its run before anything is written, and the run
// says why.
func TestTransferIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		rules  string
		accept bool
		kind   failure.Kind
		text   string
		// planned: the move got as far as its files.
		planned bool
	}{
		"by a name": {"{types: {Proximity cart: card}}", true, failure.Usage, "did you mean", false},
		"by limits": {rules, false, failure.Unsafe, "the plan exceeds its limits", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.rules)
			o := w.options()
			o.Draft.AcceptEmpty = test.accept
			move, e := w.between(o)
			report := func(d *draft.Draft) *reportio.Report { return d.Report(draft.ReportOptions{Command: "migrate"}) }
			out, err := run.Apply(context.Background(), e.target, memory.New(), nil, time.Now(), run.Options{
				Command: "migrate", Draft: o.Draft, Transfer: move.Transfer(report, func(transfer.View) {}), Sinks: w.sinks,
			})
			wants(t, err, test.kind, test.text, "")
			if out.Report == nil || out.Report.Stopped == "" || (out.Report.Migration != nil) != test.planned {
				t.Errorf("the report: %+v", out.Report)
			}
			if _, err := os.Stat(filepath.Join(o.Out, migrationio.LossFile)); (err == nil) != test.planned {
				t.Errorf("the files of the move: %v", err)
			}
			listing, err := e.target.List(context.Background(), reconcile.Scope{}, nil)
			w.must(err)
			if n := listing.Records.Len(); n != 0 {
				t.Errorf("%d records were written", n)
			}
		})
	}
}
