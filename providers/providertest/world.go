package providertest

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// world is a new account: a sandbox behind a gate on loopback.
type world struct {
	prover
	suite *Suite
	gate  *gate
	leaks *leakDetector
	url   string
	// set are the sandbox's switches, welcome is what it prints first, auth the login taken
	// from it.
	set     map[string]string
	welcome map[string]any
	auth    map[string]reconcile.Secret
}

// newWorld serves the suite's account, with switches in addition to the suite's.
func newWorld(t prover, s *Suite, set map[string]string) *world {
	t.Helper()
	w := &world{prover: t, suite: s, leaks: newLeakDetector(t), set: s.with(set)}
	api, err := s.Fake(sandbox.Options{State: []byte(s.State), Generate: s.Generate, Seed: seed, Set: w.set})
	if err != nil {
		t.Fatal(err)
	}
	w.gate = newGate(t, s.Spec.Name, s.Contract.record(api), w.leaks)
	host := httptest.NewServer(w.gate)
	t.Cleanup(host.Close)
	w.url = host.URL
	w.welcome = api.Welcome(w.url)
	w.auth = w.plainLogin()
	for _, row := range s.rows() {
		w.keepSecrets(row)
	}
	return w
}

func (w *world) keepSecrets(row Row) {
	for name, text := range row {
		if n := w.suite.Spec.Schema.Index(name); n >= 0 && w.suite.Spec.Schema.Columns[n].Secret() {
			w.leaks.addSecrets(text)
		}
	}
}

// setting changes how a client is opened.
type setting func(*providers.Env)

func readOnly(env *providers.Env) { env.HTTP.ReadOnly = true }

// oneTry gives up after the first attempt.
func oneTry(env *providers.Env) { env.HTTP.Retry.Attempts = 1 }

func pages(size int) setting { return func(env *providers.Env) { env.PageSize = size } }

// open opens a client of the account.
func (w *world) open(with ...setting) *providers.Client {
	w.Helper()
	spec := w.suite.Spec
	log := zerolog.New(w.leaks).Level(zerolog.DebugLevel)
	env := providers.Env{
		Account: "law", BaseURL: w.url, Auth: w.auth, Settings: spec.Settings(), Log: log,
		HTTP: httpapi.Config{
			Concurrency: 4, Log: log, Account: "law", Provider: spec.Name,
			Retry: httpapi.Retry{Base: time.Millisecond, Cap: 5 * time.Millisecond},
		},
	}
	if w.suite.Settings != nil {
		w.suite.Settings(env.Settings)
	}
	for _, change := range with {
		change(&env)
	}
	client, err := spec.Open(context.Background(), env)
	if err != nil {
		w.Fatal(err)
	}
	if client.Close != nil {
		w.Cleanup(client.Close)
	}
	return client
}

// list lists the whole account.
func (w *world) list(client *providers.Client) *reconcile.Listing {
	w.Helper()
	return w.listOf(client, nil)
}

// listOf lists some holders, none for all.
func (w *world) listOf(client *providers.Client, holders []string) *reconcile.Listing {
	w.Helper()
	listing, err := client.List(w.Context(), reconcile.Scope{Holders: holders}, nil)
	if err != nil {
		w.Fatalf("list: %v", err)
	}
	if !listing.Complete() {
		w.Fatal("the listing is not proved complete")
	}
	for n, state := range listing.Effects {
		if n < 0 || n >= listing.Records.Len() {
			w.Errorf("the effect of record %d is known, but the record is not listed", n)
		}
		w.leaks.collect(state)
	}
	return listing
}

// ids returns the ids of a listing, sorted.
func ids(listing *reconcile.Listing) []string {
	var out []string
	for n := range listing.Records.Len() {
		out = append(out, listing.Records.Record(n).ID())
	}
	slices.Sort(out)
	return out
}

// find returns the listed record with that id; not valid if there is none.
func find(listing *reconcile.Listing, id string) reconcile.Record {
	for n := range listing.Records.Len() {
		if r := listing.Records.Record(n); r.ID() == id {
			return r
		}
	}
	return reconcile.Record{}
}

// plan lists, resolves and compares.
func (w *world) plan(client *providers.Client, policy reconcile.Policy, rows ...Row) *reconcile.Plan {
	w.Helper()
	listing := w.listOf(client, policy.Holders)
	roster := w.roster(rows...)
	wanted, err := client.Resolve(w.Context(), roster, listing)
	if err != nil {
		w.Fatalf("resolve: %v", err)
	}
	return reconcile.Diff(roster, wanted, listing, policy)
}

// planned plans one row and fails the test unless the plan does exactly this one action.
func (w *world) planned(client *providers.Client, action reconcile.Action) *reconcile.Plan {
	w.Helper()
	plan := w.plan(client, reconcile.Policy{}, w.suite.rows()[action])
	if line := plan.Lines[0]; line.Action != action || !line.Sends() {
		w.Fatalf(
			"the row that should %s: %s, %s, %s: %s", action, line.Situation, line.Action,
			line.Outcome, plan.TextOf(line.Reason),
		)
	}
	return plan
}

// apply applies a plan, and checks its output for secrets.
func (w *world) apply(client *providers.Client, plan *reconcile.Plan, with ...func(*engine.Options)) *engine.Run {
	w.Helper()
	// The sandbox's reads are not late.
	opts := engine.Options{
		Provider:    client,
		StoredAs:    client.StoredAs,
		Concurrency: 4,
		Journal:     leakJournal{w.leaks},
		Recent:      engine.NewRecentWrites(10 * time.Millisecond),
	}
	for _, change := range with {
		change(&opts)
	}
	run := engine.Apply(w.Context(), plan, opts)
	w.leaks.collect(run.Stop)
	return run
}

// trustListing makes a run rely on the listing without reading records again.
func trustListing(o *engine.Options) { o.Freshness = engine.FreshListing }

// first returns the result of the first line, which must have been sent or tried.
func (w *world) first(run *engine.Run) *engine.Result {
	w.Helper()
	res := run.Result(0)
	if res == nil {
		w.Fatal("the plan did not send its first line")
	}
	return res
}

// inSync fails the test if a new client finds a row that is not as desired.
func (w *world) inSync(policy reconcile.Policy, rows ...Row) {
	w.Helper()
	w.finds(w.open(), policy, rows...)
}

// finds fails the test if a client finds a row that is not as desired.
func (w *world) finds(client *providers.Client, policy reconcile.Policy, rows ...Row) {
	w.Helper()
	plan := w.plan(client, policy, rows...)
	for i := range plan.Lines {
		if l := &plan.Lines[i]; l.Row >= 0 && (l.Outcome != reconcile.Unchanged || !l.AsDesired()) {
			w.Errorf(
				"row %d after it was applied: %s, %s, %s, effect %q: %s %s %q", l.Row, l.Situation,
				l.Action, l.Outcome, l.Effect, strings.Join(columnNames(plan, l.Fields), ","),
				plan.TextOf(l.Reason), plan.Notes(i),
			)
		}
	}
}

func columnNames(plan *reconcile.Plan, fields reconcile.Columns) []string {
	var names []string
	for n := range plan.Want.Schema().Columns {
		if fields.Has(n) {
			names = append(names, plan.Want.Schema().Columns[n].Name)
		}
	}
	return names
}

// leakJournal is a journal that only checks for secrets.
type leakJournal struct{ leaks *leakDetector }

func (j leakJournal) Announce(steps []engine.Step) error { j.leaks.collect(steps); return nil }

func (j leakJournal) Intent(step engine.Step, attempt int) error {
	j.leaks.collect(step, attempt)
	return nil
}

func (j leakJournal) ReadBack(step engine.Step, found engine.Found) error {
	j.leaks.collect(step, found)
	return nil
}

func (j leakJournal) Done(step engine.Step, result engine.Result) error {
	j.leaks.collect(step, result)
	return nil
}

func (j leakJournal) Outcome(result engine.Result) error { j.leaks.collect(result); return nil }

func (j leakJournal) Finish(finish reconcile.Finish, err error) error {
	j.leaks.collect(finish, err)
	return nil
}

// setting opens an account with a case's settings.
func (c *Case) setting(env *providers.Env) {
	if c.Listing != "" {
		env.Listing = c.Listing
	}
	if c.Settings != nil {
		c.Settings(env.Settings)
	}
}
