package engine_test

import (
	"context"
	"fmt"
	"sync"

	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// A plan with one change is carried out: the record is read, written, made effective, and checked
// against a listing that is made afterwards.
func Example() {
	ctx := context.Background()
	account := &shelf{schema: reconcile.NewSchema("badges", struct {
		ID     string           `csv:"credential_id" roster:"key"`
		Holder string           `csv:"holder_id" roster:"match,pairs,holder"`
		Value  reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	}{}), value: "0071111111"}
	roster := reconcile.NewRoster(account.schema)
	roster.Files = []reconcile.File{{Name: "badges.csv", Sheets: []string{""}}}
	roster.Add(0, 0, 2, []reconcile.Cell{{}, reconcile.TextCell("mira"), reconcile.TextCell("0071234567")})

	recent := engine.NewRecentWrites(0) // lists again while a replica shows the state before a write
	listing, err := recent.List(ctx, account, reconcile.Scope{}, nil)
	check(err)
	wanted, err := account.Resolve(ctx, roster, listing)
	check(err)
	plan := reconcile.Diff(roster, wanted, listing, reconcile.Policy{})

	var journal engine.NoJournal // a real run has one on a disk: see io/journalio
	run := engine.Apply(ctx, plan, engine.Options{
		Provider: account, Journal: journal, Freshness: engine.FreshRead, Concurrency: 1, Recent: recent,
	})
	engine.Deliver(ctx, run, account, journal)
	proof, err := recent.List(ctx, account, reconcile.Scope{}, nil)
	check(err)
	engine.Verify(run, proof)

	for _, r := range run.Results() {
		fmt.Println(r.Outcome, r.Effect, "verified:", *r.Verified)
	}
	fmt.Println("converged:", run.Converged())
	// Output:
	// applied yes verified: true
	// converged: true
}

// shelf is an account of one record, in memory.
type shelf struct {
	schema *reconcile.Schema
	mu     sync.Mutex
	value  string
}

func (s *shelf) Tenant(context.Context) (reconcile.Tenant, error) {
	return reconcile.Tenant{ID: "hq"}, nil
}

func (s *shelf) List(context.Context, reconcile.Scope, func(done, total int)) (*reconcile.Listing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	records := reconcile.NewSet(s.schema, 1)
	records.Add([]reconcile.Cell{reconcile.TextCell("b1"), reconcile.TextCell("mira"), reconcile.TextCell(s.value)})
	return &reconcile.Listing{Records: records, Total: 1, Evidence: reconcile.EvidenceDeclared}, nil
}

func (s *shelf) Resolve(_ context.Context, r *reconcile.Roster, _ *reconcile.Listing) (*reconcile.Wanted, error) {
	return reconcile.NewWanted(r.Rows), nil
}

func (s *shelf) Read(ctx context.Context, _ reconcile.Change) (reconcile.Record, error) {
	listing, err := s.List(ctx, reconcile.Scope{}, nil)
	return listing.Records.Record(0), err
}

func (s *shelf) Write(_ context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value = c.Want.Cell(s.schema.Value()).Text()
	return reconcile.Receipt{ID: c.Have.ID(), HTTPStatus: 200, Attempts: 1}, nil
}

func (s *shelf) Finish(context.Context, []reconcile.Accepted) (reconcile.Finish, error) {
	return reconcile.Finish{Effect: reconcile.EffectYes}, nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
