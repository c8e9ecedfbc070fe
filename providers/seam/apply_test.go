package seam_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"keyroster/providers/seam"
	"keyroster/reconcile"
	"keyroster/reconcile/engine"
)

// apply carries out a plan and returns its run.
func (a *account) apply(plan *reconcile.Plan, concurrency int) *engine.Run {
	a.t.Helper()
	run := engine.Apply(a.t.Context(), plan, engine.Options{
		Provider: a.client, StoredAs: a.client.StoredAs, Concurrency: concurrency,
		Recent: engine.NewRecentWrites(10 * time.Millisecond),
	})
	engine.Deliver(a.t.Context(), run, a.client, nil)
	if run.FinishErr != nil {
		a.t.Fatal(run.FinishErr)
	}
	engine.Verify(run, a.list())
	return run
}

// night returns a roster with one change of every kind.
func night() []row {
	return []row{
		{"credential_id": "c11", "holder_id": "u1", "type": "code", "value": "0099", "ends_at": "2091-01-01"},
		{"holder_id": "u1", "type": "code", "value": "5150"},
		{"holder_email": "avery.sample@example.com", "acs_system_id": "A", "type": "code", "value": "0100"},
		{"credential_id": "c21", "holder_id": "u5", "type": "code", "value": "7001"},
		{"holder_email": "emery.sample@example.com", "type": "code", "value": "004822", "starts_at": "2090-01-01", "ends_at": "2091-01-01 12:00"},
		{"credential_id": "c31", "state": "absent"},
		{"holder_id": "u7", "type": "code"},
		{"holder_id": "u6", "type": "mobile_key"},
		{"credential_id": "p32", "holder_id": "u3", "type": "mobile_key", "starts_at": "2090-01-01", "ends_at": "2091-01-01"},
	}
}

// TestSecondPlanIsEmpty: what was applied is not planned again, even if answers are lost or cut and
// the provider takes its time.
func TestSecondPlanIsEmpty(t *testing.T) {
	policy := reconcile.Policy{Move: true, Recreate: true}
	for name, o := range map[string]options{
		"plain":           {},
		"slow provider":   {settle: 20 * time.Millisecond, wait: "5s"},
		"void answers":    {set: map[string]string{"answers": "void"}},
		"500 after":       {faults: "500-after=0.2"},
		"500 and resets":  {faults: "500=0.1,reset=0.05,reset-after=0.15"},
		"cut short":       {faults: "truncate=0.2"},
		"pages of two":    {pageSize: 2},
		"one walk of two": {pageSize: 2, listing: "pages"},
	} {
		t.Run(name, func(t *testing.T) {
			o.state = small
			a := openAccount(t, o)
			run := a.apply(a.plan(policy, night()...), 4)
			effects := map[int]reconcile.Effect{3: reconcile.EffectBarred} // u5 is suspended
			for _, res := range run.Results() {
				want := cmp.Or(effects[res.Line], reconcile.EffectYes)
				if res.Outcome != reconcile.Applied || res.Verified == nil || !*res.Verified || o.faults == "" && res.Effect != want {
					t.Errorf("line %d: %v, verified %v, effect %v: %s %v", res.Line, res.Outcome, res.Verified, res.Effect, res.Reason, res.Warnings)
				}
			}
			second := a.plan(policy, night()...)
			for n := range second.Lines {
				if second.Lines[n].Sends() {
					t.Errorf("planned again: %s", lineOf(second, n))
				}
			}
		})
	}
}

// TestProviderDisagrees: what the provider makes of a change is distinguished from what Seam
// accepted, and is not a change the next night.
func TestProviderDisagrees(t *testing.T) {
	rows := []row{
		{"holder_id": "u6", "type": "code", "value": "5013"},
		{"credential_id": "c21", "holder_id": "u2", "type": "code", "value": "6077"},
		{"holder_id": "u6", "type": "card"},
		{"holder_id": "u5", "type": "code", "value": "8088", "starts_at": "2026-01-01"},
	}
	a := openAccount(t, options{state: small, set: map[string]string{"late-error": "13", "unavailable": "77"}})
	run := a.apply(a.plan(reconcile.Policy{}, rows...), 4)
	for n, want := range []string{
		"applied failed true Seam: provider_rejected_credential",
		"applied failed true Seam: requested_code_unavailable",
		"applied pending true Seam: waiting_to_be_issued",
		"applied  true Seam: schedule_modified",
	} {
		res := run.Result(n)
		got := fmt.Sprint(res.Outcome, " ", res.Effect, " ", *res.Verified, " ", strings.Join(res.Warnings, "; "))
		if !strings.HasPrefix(got, want) {
			t.Errorf("line %d: %s\nwant %s", n, got, want)
		}
	}
	second := a.plan(reconcile.Policy{}, rows...)
	for n := range rows {
		if got := lineOf(second, n); !strings.HasPrefix(got, "in_sync none ") {
			t.Errorf("the next night: %s", got)
		}
	}
}

// lanes counts the writes in flight in each system. The first write of a system waits for one of
// the other system, so that both are seen at work at once.
type lanes struct {
	t        *testing.T
	api      http.Handler
	systemOf map[string]string

	mu      sync.Mutex
	flying  map[string]int
	most    int
	arrived map[string]chan struct{}
}

func (l *lanes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	var body struct {
		ID   string `json:"acs_credential_id"`
		User string `json:"acs_user_id"`
	}
	if !strings.HasSuffix(r.URL.Path, "update") && !strings.HasSuffix(r.URL.Path, "create") || json.Unmarshal(raw, &body) != nil {
		l.api.ServeHTTP(w, r)
		return
	}
	system := l.systemOf[body.ID+body.User]
	l.mu.Lock()
	l.flying[system]++
	if l.flying[system] > 1 {
		l.t.Errorf("two writes in flight in system %s", system)
	}
	sum := 0
	for _, n := range l.flying {
		sum += n
	}
	l.most = max(l.most, sum)
	first := l.arrived[system]
	delete(l.arrived, system)
	var other chan struct{}
	for _, one := range l.arrived {
		other = one
	}
	l.mu.Unlock()
	if first != nil {
		close(first)
		if other != nil {
			<-other
		}
	}
	l.api.ServeHTTP(w, r)
	l.mu.Lock()
	l.flying[system]--
	l.mu.Unlock()
}

func TestLanes(t *testing.T) {
	a := openAccount(t, options{generate: 40})
	l := &lanes{t: t, api: a.api, systemOf: map[string]string{}, flying: map[string]int{}, arrived: map[string]chan struct{}{}}
	a.client = openHandler(t, options{}, l)
	listing := a.list()
	bySystem := map[string][]row{}
	for n := range listing.Records.Len() {
		r := listing.Records.Record(n)
		if r.Text("type") != "code" {
			continue
		}
		system := r.Text("acs_system_id")
		l.systemOf[r.ID()], l.systemOf[r.Text("holder_id")] = system, system
		l.arrived[system] = make(chan struct{})
		bySystem[system] = append(bySystem[system], row{"credential_id": r.ID(), "value": fmt.Sprintf("77%04d", n)})
	}
	var rows []row
	for n := range 8 {
		for _, list := range bySystem {
			rows = append(rows, list[n])
		}
	}
	if len(bySystem) != 2 {
		t.Fatalf("%d systems", len(bySystem))
	}
	run := a.apply(a.plan(reconcile.Policy{}, rows...), 8)
	for _, res := range run.Results() {
		if res.Outcome != reconcile.Applied {
			t.Errorf("line %d: %v %s", res.Line, res.Outcome, res.Reason)
		}
	}
	if len(run.Results()) != 16 || l.most != 2 {
		t.Errorf("%d changes, at most %d in flight", len(run.Results()), l.most)
	}
}

// TestNoSecretShown: codes print as masks, whatever holds them.
func TestNoSecretShown(t *testing.T) {
	listing := openAccount(t, options{state: small}).list()
	listing.At = time.Time{} // its digits are no code
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", listing, listing.Records, listing.Records.Record(0)), fmt.Sprintf("%+v", seam.Row{Value: reconcile.NewSecret("004821")})} {
		if strings.Contains(text, "004821") || strings.Contains(text, "5150") {
			t.Error(text)
		}
	}
}
