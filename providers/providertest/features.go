package providertest

import (
	"slices"

	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// featureLaw is the law of one of [providers.Features], by its name. It applies to accounts
// that have the feature.
type featureLaw struct {
	name  string
	holds func(w *world, client *providers.Client)
	// writes: the law itself changes the account.
	writes bool
}

// featureLaws are all of them, in the order of the features.
var featureLaws = []featureLaw{
	{"ReadHolders", readsHolders, false},
	{"HolderIDs", findsHolders, false},
	{"LookUpHolders", looksUpHolders, false},
	{"HolderName", namesThoseItRead, false},
	{"Types", findsTypes, false},
	{"CardTypes", listsCardTypes, false},
	{"PINTypes", listsPINTypes, false},
	{"Choices", offersChoices, false},
	{"Places", namesPlaces, false},
	{"Complete", completes, false},
	{"IssuedCards", countsIssued, false},
	{"Forecast", forecasts, true},
	{"Examine", examines, false},
	{"StoredAs", storesAsWanted, false},
	{"Prove", proves, true},
}

// hasItsFeatures: an open account has the features that its [providers.Spec] names, each of
// which keeps its law and writes nothing.
func hasItsFeatures(t prover, s *Suite) {
	has := newWorld(t, s, nil).open().Names()
	if !slices.Equal(has, s.Spec.Features) {
		t.Errorf("an open account has %q, and the Spec names %q", has, s.Spec.Features)
	}
	for n, feature := range providers.FeatureList() {
		if slices.Contains(has, feature.Name) {
			t.Run(feature.Func, func(t prover) {
				w := newWorld(t, s, nil)
				featureLaws[n].holds(w, w.open())
				if !featureLaws[n].writes {
					w.wroteNothing()
				}
			})
		}
	}
}

// wroteNothing fails the test if anything was written.
func (w *world) wroteNothing() {
	w.Helper()
	if wrote := w.gate.applied(); len(wrote) > 0 {
		w.Errorf("it wrote %v", wrote)
	}
}

// sendsNothing fails the test if work sends a request.
func (w *world) sendsNothing(work func()) {
	w.Helper()
	before := len(w.gate.seen())
	work()
	if asked := w.gate.seen()[before:]; len(asked) > 0 {
		w.Errorf("it asked %s", asked[0].call())
	}
}

// namesPlaces: each door has a name.
func namesPlaces(w *world, client *providers.Client) {
	places, err := client.Places(w.Context())
	if err != nil || len(places) == 0 {
		w.Fatalf("places %v: %v", places, err)
	}
	for part, names := range places {
		if slices.Contains(names, "") {
			w.Errorf("a door of %q has no name", part)
		}
	}
}

// completes: the records are the same in everything that the listing holds.
func completes(w *world, client *providers.Client) {
	listing := w.list(client)
	whole, notes, err := client.Complete(w.Context(), listing.Records)
	if err != nil || len(notes) > 0 || whole.Len() != listing.Records.Len() {
		w.Fatalf("%d of %d records, notes %q: %v", whole.Len(), listing.Records.Len(), notes, err)
	}
	more := 0
	for n := range whole.Len() {
		was, is := listing.Records.Record(n), whole.Record(n)
		for col, c := range w.suite.Spec.Schema.Columns {
			switch same := was.Cell(col).State() == is.Cell(col).State() && was.Cell(col).Text() == is.Cell(col).Text(); {
			case c.Can&reconcile.ReadApart == 0 && !same:
				w.Errorf("record %s has another %s", was.ID(), c.Name)
			case !same:
				more++
			}
		}
	}
	if more == 0 {
		w.Error("no record holds more than the listing did")
	}
}

// countsIssued: only cards of listed records are counted.
func countsIssued(w *world, client *providers.Client) {
	listing := w.list(client)
	issued, err := client.IssuedCards(w.Context(), listing.Records)
	if err != nil || len(issued) == 0 {
		w.Fatalf("issued %v: %v", issued, err)
	}
	for id, n := range issued {
		if n < 0 || !find(listing, id).Valid() {
			w.Errorf("%d cards were issued of %s", n, id)
		}
	}
}

// forecasts: the forecast writes are those that are sent, each to a call that the Spec
// names.
func forecasts(w *world, client *providers.Client) {
	endpoints := w.suite.Spec.Endpoints
	listing := w.list(client)
	plan := w.threeRows(client)
	f := providers.Forecast{Listing: listing, Fresh: true}
	for i := range plan.Lines {
		if plan.Lines[i].Sends() {
			f.Changes = append(f.Changes, plan.Change(i))
		}
	}
	var calls providers.Calls
	w.sendsNothing(func() { calls = client.Forecast(f) })
	before := len(w.gate.seen())
	run := w.apply(client, plan)
	engine.Deliver(w.Context(), run, client, leakJournal{w.leaks})
	sent := map[providers.Endpoint]int{}
	for _, r := range w.gate.seen()[before:] {
		sent[providers.EndpointOf(endpoints, r.method, r.path)]++
	}
	writes := 0
	for call, n := range calls {
		if !slices.Contains(endpoints, call.Endpoint) {
			w.Errorf("a call is foreseen that the Spec does not name: %s", call.Endpoint)
		}
		if call.Op.String() == "write" {
			if writes += n; sent[call.Endpoint] != n {
				w.Errorf("%d writes by %s are foreseen, and %d sent", n, call.Endpoint, sent[call.Endpoint])
			}
		}
	}
	if wrote := sum(w.gate.applied()); writes < wrote || wrote < 3 {
		w.Errorf("%d writes are foreseen, and %v done", writes, w.gate.applied())
	}
}

// examines: examining a good account finds nothing that a run would fail by, and changes
// nothing.
func examines(w *world, client *providers.Client) {
	exams := client.Examine(w.Context())
	w.leaks.collect(exams)
	if len(exams) == 0 {
		w.Error("nothing was looked at")
	}
	for _, exam := range exams {
		if exam.Name == "" || exam.Err != nil || exam.Detail == "" {
			w.Errorf("exam %q says %q: %v", exam.Name, exam.Detail, exam.Err)
		}
	}
}

// storesAsWanted: a value that the record holds as wanted is not reported as stored
// otherwise, and nothing is sent.
func storesAsWanted(w *world, client *providers.Client) {
	records := w.list(client).Records
	w.sendsNothing(func() {
		for n := range records.Len() {
			for col := range w.suite.Spec.Schema.Columns {
				if words := client.StoredAs(records.Record(n), records.Record(n), col); words != "" {
					w.Errorf("record %s holds what it holds, and yet: %s", records.Record(n).ID(), words)
				}
			}
		}
	})
}

// proves: what was applied lacks nothing.
func proves(w *world, client *providers.Client) {
	run := w.apply(client, w.planned(client, reconcile.Create))
	engine.Verify(run, w.list(client))
	wrote := w.gate.applied()
	lacks, err := client.Prove(w.Context(), run.Accepted())
	if err != nil || len(lacks) > 0 || len(run.Accepted()) != 1 {
		w.Errorf("%d accepted changes lack %v: %v", len(run.Accepted()), lacks, err)
	}
	w.wrote(wrote)
}
