package providertest

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"keyroster/providers"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// featureLaw is the law of one of [providers.Features], by its name. It is asked of
// accounts that have the feature.
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
	{"LookUpHolders", looksHoldersUp, false},
	{"HolderName", namesThoseItRead, false},
	{"TypeIDs", findsTypes, false},
	{"CardTypes", tellsCards, false},
	{"PINTypes", tellsPINs, false},
	{"Choices", offersChoices, false},
	{"Places", namesPlaces, false},
	{"Complete", completes, false},
	{"IssuedCards", countsIssued, false},
	{"Forecast", forecasts, true},
	{"Examine", examines, false},
	{"Keeps", keepsItsWord, false},
	{"Prove", proves, true},
}

// hasItsFeatures: an open account has the features that its [providers.Spec] names,
// each of which keeps its law and writes nothing.
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

// wroteNothing fails the test when anything was written.
func (w *world) wroteNothing() {
	w.Helper()
	if wrote := w.gate.applied(); len(wrote) > 0 {
		w.Errorf("it wrote %v", wrote)
	}
}

// asksNobody fails the test when work sends a request.
func (w *world) asksNobody(work func()) {
	w.Helper()
	before := len(w.gate.seen())
	work()
	if asked := w.gate.seen()[before:]; len(asked) > 0 {
		w.Errorf("it asked %s", asked[0].call())
	}
}

// heldBy are the holders of records, sorted.
func heldBy(records *reconcile.Set) []string {
	found := map[string]bool{}
	for n := range records.Len() {
		if id := records.Record(n).Of(reconcile.HolderID); id != "" {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// holdersOf reads all holders.
func (w *world) holdersOf(client *providers.Client) map[string]reconcile.Holder {
	w.Helper()
	if client.ReadHolders == nil {
		w.Fatal("what finds or names holders reads them, too")
	}
	holders, err := client.ReadHolders(w.Context())
	if err != nil || len(holders) == 0 {
		w.Fatalf("read %d holders: %v", len(holders), err)
	}
	return holders
}

// readsHolders: whoever holds a record is read, under the id that records have.
func readsHolders(w *world, client *providers.Client) {
	holders := w.holdersOf(client)
	for id, h := range holders {
		if h.ID != id {
			w.Errorf("holder %s is listed as %s", h.ID, id)
		}
	}
	for _, id := range heldBy(w.list(client).Records) {
		if _, read := holders[id]; !read {
			w.Errorf("holder %s has a record and is not read", id)
		}
	}
}

// findsHolders: each column finds its holders, an address in any case, a beginning
// all that begin so, and a text that nobody has nobody.
func findsHolders(w *world, client *providers.Client) {
	schema, holders := w.suite.Spec.Schema, w.holdersOf(client)
	found := func(by reconcile.Meaning, text, id string) {
		column := schema.NameOf(by)
		if column == "" || text == "" || text == "*" {
			return
		}
		ids, err := client.HolderIDs(w.Context(), column, text)
		if err != nil || slices.Contains(ids, id) != (id != "") || id == "" && len(ids) > 0 {
			w.Errorf("%s %q finds %q, want %q: %v", column, text, ids, id, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(holders))[:min(3, len(holders))] {
		h := holders[id]
		found(reconcile.HolderID, id, id)
		found(reconcile.HolderEmail, strings.ToUpper(h.Email), id)
		found(reconcile.HolderEmail, beginning(h.Email), id)
		found(reconcile.HolderRef, h.Ref, id)
		found(reconcile.HolderRef, beginning(h.Ref), id)
	}
	found(reconcile.HolderEmail, "nobody@example.invalid", "")
	found(reconcile.HolderEmail, "nobody@example.inv*", "")
}

// beginning is the first character of a text as a pattern.
func beginning(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return text[:size] + "*"
}

// looksHoldersUp: who was looked up has the name that a reading of all finds; whom
// nobody knows is passed over.
func looksHoldersUp(w *world, client *providers.Client) {
	ids := heldBy(w.list(client).Records)
	ids = ids[:min(3, len(ids))]
	fresh := w.open()
	holders := w.holdersOf(client)
	if err := fresh.LookUpHolders(w.Context(), append([]string{strangerTo(holders)}, ids...)); err != nil {
		w.Fatal(err)
	}
	for _, id := range ids {
		if name, email := fresh.HolderName(id); name != holders[id].Name || email != holders[id].Email {
			w.Errorf("holder %s is looked up as %q %q, and read as %q %q", id, name, email, holders[id].Name, holders[id].Email)
		}
	}
}

// strangerTo is an id that no holder has, of the form that their ids have: a document
// may not allow another.
func strangerTo(holders map[string]reconcile.Holder) string {
	id := slices.Min(slices.Collect(maps.Keys(holders)))
	for _, known := holders[id]; known; _, known = holders[id] {
		id = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '9'
			}
			return r
		}, id) + "9"
	}
	return id
}

// namesThoseItRead: a client names whom it has read, and nobody before, without
// asking.
func namesThoseItRead(w *world, client *providers.Client) {
	ids := heldBy(w.list(w.open()).Records)
	w.asksNobody(func() {
		for _, id := range append(ids, "") {
			if name, email := client.HolderName(id); name+email != "" {
				w.Errorf("holder %s is called %q %q before anybody was read", id, name, email)
			}
		}
	})
	holders := w.holdersOf(client)
	if client.LookUpHolders == nil || len(ids) == 0 {
		w.Fatal("who names holders looks them up")
	}
	if err := client.LookUpHolders(w.Context(), ids[:1]); err != nil {
		w.Fatal(err)
	}
	w.asksNobody(func() {
		if name, _ := client.HolderName(ids[0]); name != holders[ids[0]].Name {
			w.Errorf("holder %s is called %q, want %q", ids[0], name, holders[ids[0]].Name)
		}
	})
}

// typesOf are the types of records, with the names that they show.
func typesOf(records *reconcile.Set) map[string]string {
	types := map[string]string{}
	for n := range records.Len() {
		r := records.Record(n)
		types[r.Of(reconcile.TypeID)] = r.Of(reconcile.TypeName)
	}
	delete(types, "")
	return types
}

// findsTypes: a type is found by its id and by its name; a text that names none
// finds none.
func findsTypes(w *world, client *providers.Client) {
	types := typesOf(w.list(client).Records)
	if len(types) == 0 {
		w.Fatal("no record has a type")
	}
	for id, name := range types {
		for _, text := range []string{id, name} {
			if text == "" {
				continue
			}
			if ids, err := client.TypeIDs(w.Context(), text); err != nil || !slices.Contains(ids, id) {
				w.Errorf("type %q finds %q, want %s among them: %v", text, ids, id, err)
			}
		}
	}
	if ids, err := client.TypeIDs(w.Context(), "no such type"); err != nil || len(ids) > 0 {
		w.Errorf("a type that is not there finds %q: %v", ids, err)
	}
}

// tellsCards: types of cards are types of the account, and none of PINs.
func tellsCards(w *world, client *providers.Client) {
	cards, err := client.CardTypes(w.Context())
	if err != nil || len(cards) == 0 {
		w.Fatalf("card types %q: %v", cards, err)
	}
	var pins map[string]bool
	if client.PINTypes != nil {
		if pins, err = client.PINTypes(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	for _, id := range cards {
		if pins[id] {
			w.Errorf("type %s is said to be one of cards and one of PINs", id)
		}
	}
}

// tellsPINs: types of PINs are none of those whose values are shown.
func tellsPINs(w *world, client *providers.Client) {
	pins, err := client.PINTypes(w.Context())
	if err != nil || len(pins) == 0 {
		w.Fatalf("PIN types %v: %v", pins, err)
	}
	for _, id := range w.suite.Spec.Schema.CardTypes {
		if pins[id] {
			w.Errorf("type %s has card numbers by the schema, and PINs by the account", id)
		}
	}
}

// offersChoices: what is offered is for a column that rosters have, filled and each
// once; a column with nothing to offer is left out.
func offersChoices(w *world, client *providers.Client) {
	choices, err := client.Choices(w.Context())
	if err != nil || len(choices) == 0 {
		w.Fatalf("choices %v: %v", choices, err)
	}
	for column, offered := range choices {
		if w.suite.Spec.Schema.Index(column) < 0 || len(offered) == 0 {
			w.Errorf("%d choices for column %s", len(offered), column)
		}
		seen := map[string]bool{}
		for _, c := range offered {
			if c.Text == "" || seen[c.Text] {
				w.Errorf("column %s offers %q twice, or nothing", column, c.Text)
			}
			seen[c.Text] = true
		}
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

// completes: the records are the same in all that the listing holds.
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

// countsIssued: what is counted are cards of records that are listed.
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

// forecasts: the writes that are foreseen are those that are sent, each to a call
// that the Spec names.
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
	w.asksNobody(func() { calls = client.Forecast(f) })
	before := len(w.gate.seen())
	run := w.apply(client, plan)
	engine.Settle(w.Context(), run, client, witness{w.ear})
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

// examines: a good account is looked at, has nothing that a run would fail by, and
// is left as it is.
func examines(w *world, client *providers.Client) {
	exams := client.Examine(w.Context())
	w.ear.hear(exams)
	if len(exams) == 0 {
		w.Error("nothing was looked at")
	}
	for _, exam := range exams {
		if exam.Name == "" || exam.Err != nil || exam.Says == "" {
			w.Errorf("exam %q says %q: %v", exam.Name, exam.Says, exam.Err)
		}
	}
}

// keepsItsWord: nothing is made of a wish that a record holds as it is, and nobody
// is asked.
func keepsItsWord(w *world, client *providers.Client) {
	records := w.list(client).Records
	w.asksNobody(func() {
		for n := range records.Len() {
			for col := range w.suite.Spec.Schema.Columns {
				if words := client.Keeps(records.Record(n), records.Record(n), col); words != "" {
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
