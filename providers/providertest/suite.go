// Package providertest holds the laws that every provider keeps, whatever its API looks
// like. A provider's own test describes in a [Suite] the account that the sandbox serves
// and the rows that create, change and delete a record there; [Run] proves the rest, over
// real HTTP on loopback, faults included.
//
// With a [Contract], every request that the client sends meanwhile and every answer that
// the sandbox gives is checked against the vendor's own OpenAPI document.
//
// [TokenStores] proves the laws of stores for rotating tokens, in the same way.
//
// The package is only for tests: nothing of it is in the program.
package providertest

import (
	"maps"
	"testing"

	"keyroster/providers"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// Row is one line of a roster: text by the canonical name of its column.
type Row map[string]string

// Suite is what the laws need to know about a provider.
type Suite struct {
	Spec *providers.Spec
	// Fake makes the provider's API as the sandbox serves it.
	Fake func(sandbox.Options) (sandbox.API, error)
	// State is the sandbox's state file: the account that every law starts from. Generate
	// adds that many records, so that there are several pages.
	State    string
	Generate int
	// Set are switches of the sandbox, for every account of the suite.
	Set map[string]string
	// Settings changes the account's settings, a pointer as [providers.Spec] returns it;
	// nil keeps the defaults.
	Settings func(settings any)

	// Create names no record of State and makes one; Update changes a record, Delete
	// deletes another. Their secrets should have eight characters or more: shorter ones are
	// not looked for in errors and logs, where they might occur by chance.
	Create, Update, Delete Row

	// PageSwitch is the sandbox's switch for the size of its pages, if the client cannot
	// request one.
	PageSwitch string
	// Total has the switches with which a listing declares how many records there are, so
	// that a missing one is noticed. nil: it never does.
	Total map[string]string
	// Hidden are the ids of records of State that no listing shows.
	Hidden []string
	// Twice are the calls ("GET /doors") that a listing repeats on purpose.
	Twice []string
	// Refusal makes an answer that refuses a change, with a message that quotes a text.
	Refusal func(quote string) (status int, body string)

	// Cases are more rosters, each for a new account.
	Cases []Case
	// Contract is the vendor's document; nil if there is none.
	Contract *Contract

	rehearsals *rehearsals
}

// Case is a further roster. Unless it says how its rows end, it must converge: everything
// is applied, verified and effective, and a second plan is empty.
type Case struct {
	Name   string
	Rows   []Row
	Policy reconcile.Policy
	// Set are switches in addition to the suite's, Settings as in [Suite], Listing the
	// strategy ("auto").
	Set      map[string]string
	Settings func(settings any)
	Listing  string
	// Ends are the outcomes of the rows.
	Ends []reconcile.Outcome
}

// law is one of the laws; it makes its own worlds.
type law struct {
	name  string
	holds func(t prover, s *Suite)
}

// laws are all of them. They run in parallel.
var laws = []law{
	{"logs in by every form", logsIn},
	{"lists the account", listsTheAccount},
	{"reads every page once", readsEveryPageOnce},
	{"never takes a part for the whole", neverTakesAPart},
	{"lists what it created", listsWhatItCreated},
	{"applies once what is applied twice", appliesOnce},
	{"recognises an unknown record", recognisesUnknown},
	{"leaves a record that moved", leavesWhatMoved},
	{"serves late reads", servesLateReads},
	{"writes nothing once cancelled", writesNothingOnceCancelled},
	{"writes nothing when it may only read", writesNothingReadOnly},
	{"asks the gate before it writes", asksBeforeItWrites},
	{"survives a fault", survivesOneFault},
	{"gives up on a fault that stays", givesUp},
	{"sorts refusals", sortsRefusals},
	{"quotes no secret", quotesNoSecret},
	{"tells the truth under faults", tellsTheTruth},
	{"converges", converges},
	{"has the features that it names", hasItsFeatures},
}

// Run proves the laws. It opens many accounts, each in a sandbox of its own.
func Run(t *testing.T, suite Suite) {
	s := &suite
	s.check(t)
	ran := 0
	t.Run("laws", func(t *testing.T) {
		for _, law := range laws {
			t.Run(law.name, func(t *testing.T) {
				ran++
				t.Parallel()
				law.holds(realTest{t}, s)
			})
		}
	})
	if s.Contract != nil {
		t.Run("contract", func(t *testing.T) { s.Contract.verify(realTest{t}, ran == len(laws)) })
	}
}

// check prepares a suite, and finds mistakes in it before they make a law fail.
func (s *Suite) check(t *testing.T) {
	t.Helper()
	s.rehearsals = &rehearsals{calls: map[reconcile.Action]map[string]int{}}
	schema := s.Spec.Schema
	key := schema.Columns[schema.Key()].Name
	switch {
	case s.Create[key] != "":
		t.Fatalf("the row that creates has a %s", key)
	case s.Update[key] == "" || s.Delete[key] == "" || s.Update[key] == s.Delete[key]:
		t.Fatalf("the rows that update and delete need a %s, each its own", key)
	case s.Delete["state"] != reconcile.StateAbsent:
		t.Fatalf("the row that deletes has state %q", s.Delete["state"])
	case s.Refusal == nil:
		t.Fatal("the suite has no refusal")
	case schema.At(reconcile.Fingerprint) < 0:
		t.Fatal("no column means a fingerprint, which exports fill")
	}
	for i := range schema.Columns {
		if c := &schema.Columns[i]; c.Role == reconcile.RoleMatch && c.Means == reconcile.NoMeaning {
			t.Fatalf("column %s finds records, and does not say what it means", c.Name)
		}
	}
}

// rows maps each action to the row for which the plan has it.
func (s *Suite) rows() map[reconcile.Action]Row {
	return map[reconcile.Action]Row{reconcile.Create: s.Create, reconcile.Update: s.Update, reconcile.Delete: s.Delete}
}

// actions in a fixed order.
var actions = []reconcile.Action{reconcile.Create, reconcile.Update, reconcile.Delete}

// with adds switches to the suite's, which they override.
func (s *Suite) with(more map[string]string) map[string]string {
	set := map[string]string{}
	maps.Copy(set, s.Set)
	maps.Copy(set, more)
	return set
}
