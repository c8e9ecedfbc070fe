package history

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/journalio"
	"keyroster/io/reportio"
	"keyroster/io/sealio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/providers/all"
	"keyroster/reconcile"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// site is a tenant in a store, with its lock held, and what was logged.
type site struct {
	t      *testing.T
	store  *memory.Store
	tenant store.Tenant
	lock   store.Lock
	log    bytes.Buffer
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, store: memory.New()}
	var err error
	s.tenant, err = s.store.Tenant("doorflow", "acme")
	must(t, err)
	s.lock, err = s.tenant.Lock(store.Holder{})
	must(t, err)
	return s
}

func (s *site) logger() zerolog.Logger { return zerolog.New(&s.log) }

// began is when a site's first run began.
var began = time.Date(2026, 1, 31, 2, 0, 1, 0, time.UTC)

// run makes an empty run of account hq that began so many nights after the first.
func (s *site) run(nights int) *store.Run {
	s.t.Helper()
	run, err := s.lock.Create("hq", began.AddDate(0, 0, nights))
	must(s.t, err)
	return run
}

func (s *site) write(run *store.Run, name string, write func(io.Writer) error) {
	s.t.Helper()
	must(s.t, run.Write(name, write))
}

// plan writes the plan of a run.
func (s *site) plan(run *store.Run, change func(p *reportio.PlanFile)) {
	s.t.Helper()
	p := &reportio.PlanFile{
		RunID: run.ID(), Tenant: "acme", Account: "hq", Provider: "doorflow", CreatedAt: began, KeyID: "k",
		Lines: func(func(*reportio.PlanLine, error) bool) {},
	}
	if change != nil {
		change(p)
	}
	s.write(run, store.PlanFile, func(w io.Writer) error { return reportio.WritePlan(w, p) })
}

// seal writes the sealed copy of a run, for the tenant's own key.
func (s *site) seal(run *store.Run, meta map[string]string) {
	s.t.Helper()
	_, recipient, err := store.SealKeyOf(s.tenant)
	must(s.t, err)
	s.sealFor(recipient, run, meta)
}

func (s *site) sealFor(recipient string, run *store.Run, meta map[string]string) {
	s.t.Helper()
	schema := all.Lookup("doorflow").Schema
	listing := &reconcile.Listing{Records: reconcile.NewSet(schema, 0), Evidence: reconcile.EvidenceDeclared}
	roster := reconcile.NewRoster(schema)
	plan := reconcile.Diff(roster, &reconcile.Wanted{Rows: roster.Rows}, listing, reconcile.Policy{})
	s.write(run, store.SealedFile, func(w io.Writer) error {
		return sealio.Seal(w, recipient, &sealio.Snapshot{Plan: plan, Roster: roster, Listing: listing, Meta: meta})
	})
}

// journal writes the journal of a run: its first line, then these.
func (s *site) journal(run *store.Run, entries ...journalio.Entry) {
	s.t.Helper()
	j, err := run.StartJournal()
	must(s.t, err)
	first := journalio.Entry{Kind: journalio.KindRun, Line: journalio.NoLine, Op: "apply", Note: run.ID()}
	must(s.t, j.Append(true, append([]journalio.Entry{first}, entries...)...))
	must(s.t, j.Close())
}

// open makes a run that was interrupted.
func (s *site) open(nights int) *store.Run {
	s.t.Helper()
	run := s.run(nights)
	s.plan(run, nil)
	s.seal(run, map[string]string{MetaRun: run.ID()})
	s.journal(run, journalio.Entry{Kind: journalio.KindIntent, Line: 0, Attempt: 1})
	return run
}

// report writes the report of a run that left 100 records, with a roster of 90 rows.
func (s *site) report(run *store.Run, change func(r *reportio.Report)) {
	s.t.Helper()
	at, _ := store.Began(run.ID())
	r := &reportio.Report{
		RunID: run.ID(), Account: "hq", Tenant: "acme", Provider: "doorflow", Command: "apply",
		StartedAt: at, FinishedAt: at.Add(time.Minute), Converged: true,
		Listing: reportio.Listing{Complete: true, Records: 100}, Sizes: &reportio.Sizes{Records: 100, Rows: 90},
		Inputs: []reportio.Input{{File: "badges.xlsx", SHA256: "ab"}},
	}
	if change != nil {
		change(r)
	}
	s.write(run, store.ReportJSONFile, func(w io.Writer) error { return reportio.WriteJSON(w, r) })
}

// closed makes a run that came to its end.
func (s *site) closed(nights int, change func(r *reportio.Report)) *store.Run {
	s.t.Helper()
	run := s.run(nights)
	s.report(run, change)
	must(s.t, run.WriteManifest(store.Manifest{Account: "hq"}))
	return run
}
