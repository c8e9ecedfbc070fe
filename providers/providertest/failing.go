package providertest

import (
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"keyroster/reconcile"
)

// survivesOneFault: a write whose first attempt meets a fault is applied in the end, once:
// what was lost is read back, and sent again only if it had no effect.
func survivesOneFault(t prover, s *Suite) {
	faults := []string{"500=1", "500-after=1", "reset=1", "reset-after=1", "truncate=1", "html=1", tooMany}
	each(t, faults, func(t prover, fault string, action reconcile.Action) {
		x := newChangeTest(t, s, action)
		want := x.writes(action)
		var met atomic.Bool
		x.onWrites(want, func(request) http.Handler {
			if met.CompareAndSwap(false, true) {
				return x.gate.withFault(fault)
			}
			return nil
		})
		res := x.outcome(x.run(), reconcile.Applied, "")
		if !met.Load() {
			t.Fatal("no write met the fault")
		}
		if action == reconcile.Create && res.NewID == "" {
			t.Error("the new record's id is not known")
		}
		x.wrote(want)
		x.inSync(reconcile.Policy{}, s.rows()[action])
	})
}

// givesUp: if every attempt meets a fault, the outcome says what is known. A fault before
// anything is done leaves the line failed and the account unchanged; one after that,
// applied.
func givesUp(t prover, s *Suite) {
	want := map[string]reconcile.Outcome{
		"500=1": reconcile.Failed, "reset=1": reconcile.Failed, "html=1": reconcile.Failed, tooMany: reconcile.Failed,
		"500-after=1": reconcile.Applied, "reset-after=1": reconcile.Applied, "truncate=1": reconcile.Applied,
	}
	each(t, slices.Collect(maps.Keys(want)), func(t prover, fault string, action reconcile.Action) {
		x := newChangeTest(t, s, action, oneTry)
		writes := x.writes(action)
		x.onWrites(writes, func(request) http.Handler { return x.gate.withFault(fault) })
		if res := x.outcome(x.run(), want[fault], ""); res.Outcome != reconcile.Applied && res.Reason == "" {
			t.Errorf("%s without a reason", res.Outcome)
		}
		x.gate.set(nil)
		if want[fault] == reconcile.Applied {
			x.wrote(writes)
			x.inSync(reconcile.Policy{}, s.rows()[action])
			return
		}
		x.wroteNothing()
		x.planned(x.open(), action)
	})
}

// each tries every action with each of some things, in parallel. A 429 is only tried with
// an update: the client waits a second for it, whatever the request.
func each(t prover, things []string, try func(t prover, thing string, action reconcile.Action)) {
	for _, thing := range things {
		for _, action := range actions {
			if thing == tooMany && action != reconcile.Update {
				continue
			}
			t.Run(action.String()+" "+thing, func(t prover) {
				t.Parallel()
				try(t, thing, action)
			})
		}
	}
}

// refusal is what one status to a write leads to.
type refusal struct {
	name   string
	status int
	// everywhere: reads are answered like that too.
	everywhere bool
	outcomes   []reconcile.Outcome
	// stops: the run must end (or go on) whatever class the provider makes of it; nil
	// leaves that to the provider.
	stops *bool
}

// sortsRefusals: what a status means for the record and for the run.
func sortsRefusals(t prover, s *Suite) {
	yes, no := true, false
	refused := []reconcile.Outcome{reconcile.Failed, reconcile.Conflict}
	for _, c := range []refusal{
		{"400", http.StatusBadRequest, false, refused, &no},
		// 401 to a write, and to everything: the login is not valid any more.
		{"401", http.StatusUnauthorized, false, refused, &yes},
		{"401 to everything", http.StatusUnauthorized, true, []reconcile.Outcome{reconcile.NotAttempted}, &yes},
		// 403 is about the record or about the login: both end the line.
		{"403", http.StatusForbidden, false, refused, nil},
		{"403 to everything", http.StatusForbidden, true, []reconcile.Outcome{reconcile.Failed, reconcile.NotAttempted}, nil},
		{"409", http.StatusConflict, false, refused, &no},
		{"422", http.StatusUnprocessableEntity, false, refused, &no},
		// A host that is down.
		{"500 to everything", http.StatusInternalServerError, true, []reconcile.Outcome{reconcile.NotAttempted}, &yes},
	} {
		each(t, []string{c.name}, func(t prover, _ string, action reconcile.Action) { s.sorts(t, &c, action) })
	}
}

func (s *Suite) sorts(t prover, c *refusal, action reconcile.Action) {
	x := newChangeTest(t, s, action, oneTry)
	writes := x.writes(action)
	_, body := s.Refusal("no")
	before := len(x.gate.seen())
	x.gate.set(func(r request) http.Handler {
		if c.everywhere || writes[r.call()] > 0 {
			return answerWith(c.status, body)
		}
		return nil
	})
	run := x.run()
	res := x.first(run)
	if !slices.Contains(c.outcomes, res.Outcome) || res.Reason == "" {
		t.Errorf("%s, want one of %v: %s", res.Outcome, c.outcomes, res.Reason)
	}
	if c.stops != nil && (run.Stop != nil) != *c.stops {
		t.Errorf("the run stopped: %v, want %v", run.Stop, *c.stops)
	}
	if c.status == http.StatusUnauthorized {
		x.fails(run.Stop, reconcile.Denied, "the run stopped")
	}
	sent := 0
	for _, r := range x.gate.seen()[before:] {
		if writes[r.call()] > 0 {
			sent++
		}
	}
	if sent > 1 && c.status != http.StatusUnauthorized || sent > 2 {
		t.Errorf("what was refused was sent %d times", sent)
	}
	x.wroteNothing()
}

// quotesNoSecret: an answer that quotes the values of row and record, as hosts do, does not
// bring them into an error. The leak detector of every world checks for that; here, the
// host quotes as much as it can.
func quotesNoSecret(t prover, s *Suite) {
	forEachAction(t, s, func(x *changeTest) {
		quote := "not possible:"
		for _, record := range []reconcile.Record{x.only.WantRow(0), x.only.HaveRecord(0)} {
			if value := s.Spec.Schema.Value(); value >= 0 && record.Valid() {
				x.leaks.addSecrets(record.Cell(value).Text())
				quote += " " + record.Cell(value).Text()
			}
		}
		x.onWrites(x.writes(x.action), func(r request) http.Handler {
			status, body := s.Refusal(quote + " in " + r.body)
			return answerWith(status, body)
		})
		if res := x.first(x.run()); res.Outcome != reconcile.Failed && res.Outcome != reconcile.Conflict {
			t.Errorf("%s: %s: %s", x.action, res.Outcome, res.Reason)
		}
		_, err := x.client.Write(t.Context(), x.change)
		x.leaks.collect(err, x.only, x.change)
		if err == nil {
			t.Errorf("%s was refused and passes", x.action)
		}
	}, oneTry)
}

// tellsTheTruth: whatever goes wrong, what a run reports as applied is applied, and what it
// reports as failed or not attempted is still to be done.
func tellsTheTruth(t prover, s *Suite) {
	for _, faults := range []string{"500=0.3", "500-after=0.3", "reset=0.2,reset-after=0.2", "truncate=0.3", "500=0.1,500-after=0.1,reset=0.1,reset-after=0.1,truncate=0.1,html=0.1"} {
		w := newWorld(t, s, nil)
		client := w.open()
		rows := []Row{s.Create, s.Update, s.Delete}
		plan := w.plan(client, reconcile.Policy{}, rows...)
		w.gate.set(func(request) http.Handler { return w.gate.fault(faults) })
		run := w.apply(client, plan)
		w.gate.set(nil)
		now := w.plan(w.open(), reconcile.Policy{}, rows...)
		for row := range rows {
			outcome, left := run.Outcome(row), now.Lines[row].Outcome
			switch outcome {
			case reconcile.Applied:
				if left != reconcile.Unchanged {
					t.Errorf("%s: row %d is reported as applied, but is %s", faults, row, now.Lines[row].Situation)
				}
			case reconcile.Failed, reconcile.NotAttempted, reconcile.Blocked:
				if left != reconcile.Planned {
					t.Errorf("%s: row %d is reported as %s, but is %s", faults, row, outcome, now.Lines[row].Situation)
				}
			case reconcile.Unknown:
			default:
				t.Errorf("%s: row %d: %s: %s", faults, row, outcome, run.Result(row).Reason)
			}
		}
	}
}
