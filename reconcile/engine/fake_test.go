package engine

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type badge struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id" roster:"match,pairs,holder"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value" roster:"managed,secret,create,update"`
	State        string           `csv:"state" roster:"state"`
}

var schema = func() *reconcile.Schema {
	s := reconcile.NewSchema("badges", badge{})
	s.OneEach, s.Holder = true, "person"
	s.Unique = []reconcile.Unique{{Column: "value"}}
	return s
}()

// fault is what happens to one write: it is refused, or its answer is lost
// before or after it took effect.
type fault struct {
	class   reconcile.Class
	applied bool
}

// provider holds records in memory behind the contract of reconcile.Provider, and treats each write
// as its script says. It enforces unique values.
type provider struct {
	schema  *reconcile.Schema
	mu      sync.Mutex
	records map[string][3]string // id: holder, type, value
	order   []string
	script  map[string][]fault // by id, or by the holder of a creation
	reads   map[string]error
	latency time.Duration
	log     []string
	made    int
	clashes int
	flying  int
	peak    int
	// wrote, if not nil, looks at the records after every write that took
	// effect; the provider is locked.
	wrote func()
	// lag is how long reads do not show a write, and past holds what they show instead.
	lag  time.Duration
	past []pastRecords
	// strips makes the provider store values without their leading zeros.
	strips bool
	// standing is the effect state of the records of a listing, by number.
	standing map[int]reconcile.EffectState
}

// pastRecords are the records as they were before a write.
type pastRecords struct {
	records map[string][3]string
	until   time.Time
}

// keep keeps the records as they are before a write.
func (p *provider) keep() {
	if p.lag > 0 {
		p.past = append(p.past, pastRecords{maps.Clone(p.records), time.Now().Add(p.lag)})
	}
}

// shown returns the records that reads show.
func (p *provider) shown() map[string][3]string {
	for _, past := range p.past {
		if past.until.After(time.Now()) {
			return past.records
		}
	}
	return p.records
}

func newProvider(n int) *provider {
	p := &provider{schema: schema, records: map[string][3]string{}, script: map[string][]fault{}, reads: map[string]error{}, latency: 50 * time.Millisecond}
	for i := range n {
		p.put(fmt.Sprint("c", i), fmt.Sprint("h", i), "pin", fmt.Sprint("v", i))
	}
	return p
}

func (p *provider) put(id, holder, kind, value string) {
	if _, known := p.records[id]; !known {
		p.order = append(p.order, id)
	}
	p.records[id] = [3]string{holder, kind, value}
}

func (p *provider) Tenant(context.Context) (reconcile.Tenant, error) {
	return reconcile.Tenant{ID: "t"}, nil
}

func (p *provider) List(context.Context, reconcile.Scope, func(int, int)) (*reconcile.Listing, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	records := p.shown()
	set := reconcile.NewSet(p.schema, len(records))
	for _, id := range p.order {
		if r, ok := records[id]; ok {
			set.Add(p.cells(id, r))
		}
	}
	return &reconcile.Listing{Records: set, Total: set.Len(), Evidence: reconcile.EvidenceDeclared, Effects: p.standing}, nil
}

func (p *provider) cells(id string, r [3]string) []reconcile.Cell {
	return []reconcile.Cell{reconcile.TextCell(id), reconcile.TextCell(r[0]), reconcile.TextCell(r[1]), reconcile.RecordCell(r[2], true), {}}
}

func (p *provider) Resolve(_ context.Context, roster *reconcile.Roster, _ *reconcile.Listing) (*reconcile.Wanted, error) {
	return &reconcile.Wanted{Rows: roster.Rows}, nil
}

func (p *provider) Read(ctx context.Context, c reconcile.Change) (reconcile.Record, error) {
	if err := p.wait(ctx); err != nil {
		return reconcile.Record{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	name := p.name(c)
	p.log = append(p.log, "read "+name)
	if err := p.reads[name]; err != nil {
		return reconcile.Record{}, err
	}
	id, records := c.Have.ID(), p.shown()
	if c.Action == reconcile.Create {
		id = ""
		for known, r := range records {
			if r[0] == c.Want.Text("holder_id") && r[1] == c.Want.Text("type") {
				id = known
			}
		}
	}
	r, ok := records[id]
	if !ok {
		return reconcile.Record{}, nil
	}
	set := reconcile.NewSet(p.schema, 1)
	set.Add(p.cells(id, r))
	return set.Record(0), nil
}

func (p *provider) name(c reconcile.Change) string {
	if c.Action == reconcile.Create {
		return c.Want.Text("holder_id")
	}
	return c.Have.ID()
}

func (p *provider) Write(ctx context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	p.mu.Lock()
	p.flying++
	p.peak = max(p.peak, p.flying)
	p.mu.Unlock()
	err := p.wait(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flying--
	if err != nil {
		return reconcile.Receipt{}, err
	}
	name := p.name(c)
	p.log = append(p.log, c.Action.String()+" "+name)
	var f fault
	if list := p.script[name]; len(list) > 0 {
		f, p.script[name] = list[0], list[1:]
	}
	if f.class != 0 && !f.applied {
		return reconcile.Receipt{}, &reconcile.Failure{Class: f.class, Reason: "scripted", HTTPStatus: 500}
	}
	id, err := p.apply(c)
	if err != nil {
		return reconcile.Receipt{}, err
	}
	if p.wrote != nil {
		p.wrote()
	}
	if f.class != 0 {
		return reconcile.Receipt{}, &reconcile.Failure{Class: f.class, Reason: "scripted", HTTPStatus: 500}
	}
	return reconcile.Receipt{ID: id, HTTPStatus: 200, Attempts: 1}, nil
}

func (p *provider) apply(c reconcile.Change) (string, error) {
	id := c.Have.ID()
	p.keep()
	if c.Action == reconcile.Delete {
		delete(p.records, id)
		return id, nil
	}
	value := c.Want.Text("value")
	if p.strips {
		value = strings.TrimLeft(value, "0")
	}
	for other, r := range p.records {
		if r[2] == value && other != id {
			p.clashes++
			return "", &reconcile.Failure{Class: reconcile.Refused, Reason: "value is already in use", HTTPStatus: 422}
		}
		if c.Action == reconcile.Create && r[0] == c.Want.Text("holder_id") && r[1] == c.Want.Text("type") {
			return "", &reconcile.Failure{Class: reconcile.Moved, Reason: "there is one", Existing: other, HTTPStatus: 409}
		}
	}
	if c.Action == reconcile.Create {
		p.made++
		id = fmt.Sprint("new", p.made)
		p.put(id, c.Want.Text("holder_id"), c.Want.Text("type"), value)
		return id, nil
	}
	r := p.records[id]
	p.put(id, r[0], r[1], value)
	return id, nil
}

func (p *provider) Finish(_ context.Context, accepted []reconcile.Accepted) (reconcile.Finish, error) {
	return reconcile.Finish{Needed: true, AnsweredAt: time.Unix(1, 0), Effect: reconcile.EffectYes}, nil
}

// wait waits for the latency of a call, or until the context ends.
func (p *provider) wait(ctx context.Context) error {
	t := time.NewTimer(p.latency)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// plan compares rows (by column name) with what the provider holds now.
func (p *provider) plan(t *testing.T, park bool, rows ...map[string]string) *reconcile.Plan {
	t.Helper()
	roster := reconcile.NewRoster(p.schema)
	roster.Files = []reconcile.File{{Name: "r.csv", Sheets: []string{""}}}
	for n, row := range rows {
		cells := make([]reconcile.Cell, len(p.schema.Columns))
		for name, text := range row {
			cells[schema.Index(name)] = reconcile.RosterCell(text, name == "value")
		}
		roster.Add(0, 0, n+2, cells)
	}
	listing, err := p.List(t.Context(), reconcile.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// These tests use names as values.
	named, err := shape.Parse("letters:1-20")
	if err != nil {
		t.Fatal(err)
	}
	accepted := map[string][]shape.Shape{}
	for _, set := range []*reconcile.Set{roster.Rows, listing.Records} {
		for n := range set.Len() {
			accepted[set.Record(n).Text("type")] = []shape.Shape{named}
		}
	}
	return reconcile.Diff(roster, &reconcile.Wanted{Rows: roster.Rows}, listing, reconcile.Policy{Park: park, Shapes: reconcile.Shapes{Accepted: accepted}})
}

func update(n int, value string) map[string]string {
	return map[string]string{"credential_id": fmt.Sprint("c", n), "value": value}
}

func contextWithCancel(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}
