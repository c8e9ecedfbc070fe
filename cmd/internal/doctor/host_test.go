package doctor

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/journalio"
	"keyroster/io/store"
	"keyroster/providers"
	"keyroster/providers/httpapi"
)

func TestClock(t *testing.T) {
	for _, test := range []struct {
		ahead  time.Duration
		result string
		code   int
		says   string
	}{
		{0, OK, 0, "agrees with the host's"},
		{10 * time.Second, OK, 0, "agrees with the host's"},
		{time.Minute, Warn, 0, "behind the host"},
		{-time.Minute, Warn, 0, "ahead of the host"},
		{time.Hour, Fail, code(failure.Stopped), "behind the host"},
		{-time.Hour, Fail, code(failure.Stopped), "ahead of the host"},
	} {
		e, watch := New(newWorld(t, token).options), &hostClock{}
		watch.observe(httpapi.Event{})
		e.clock(watch)
		if len(of(e, "clock")) != 0 {
			t.Error("an answer without a date says what time it is")
		}
		watch.observe(httpapi.Event{Date: time.Now().Add(test.ahead), Duration: time.Millisecond})
		e.clock(watch)
		remedy := "clock by NTP"
		if test.result == OK {
			remedy = ""
		}
		is(t, e, "clock", test.result, test.code, test.says, remedy)
	}
	// The answer was dated while the call was under way.
	e, watch := New(newWorld(t, token).options), &hostClock{}
	watch.observe(httpapi.Event{Date: time.Now().Add(-time.Minute), Duration: time.Minute})
	e.clock(watch)
	is(t, e, "clock", OK, 0, "agrees", "")
}

func TestExams(t *testing.T) {
	e := New(newWorld(t, token).options)
	e.providerChecks([]providers.Check{
		{Name: "good", Detail: "scope a"},
		{Name: "odd", Detail: "no scope b", Remedy: "grant it"},
		{Name: "bad", Err: failure.New(failure.Denied, "grant it", "no scope c")},
	})
	is(t, e, "good", OK, 0, "scope a", "")
	is(t, e, "odd", Warn, 0, "no scope b", "grant it")
	is(t, e, "bad", Fail, code(failure.Denied), "no scope c", "grant it")
}

func TestLogin(t *testing.T) {
	e := newWorld(t, token).examine()
	is(t, e, "login", OK, 0, "opens acme (", "")
	is(t, e, "tenant", Warn, 0, "does not say which tenant to expect", "add expect: {account: acme}")

	e = newWorld(t, token+"    expect: {account: acme}\n").examine()
	is(t, e, "login", OK, 0, "opens acme (", "")
	if len(of(e, "tenant")) != 0 {
		t.Errorf("the tenant is expected, and yet %+v", of(e, "tenant"))
	}

	// Secrets that cannot be resolved are reported once, on one line, and no login is tried.
	e = newWorld(t, "    auth: {client_id: env:UNSET_ID, client_secret: env:UNSET_SECRET, token_file: hq.token}\n").examine()
	if told := of(e, "secrets"); len(told) != 1 || strings.Contains(told[0].Detail, "\n") || len(of(e, "login")) != 0 {
		t.Errorf("%+v", e.Checks())
	}

	// After a failed login, nothing further is checked.
	e = newWorld(t, token+"    expect: {account: zzz}\n").examine()
	is(t, e, "login", Fail, code(failure.Unsafe), "expects zzz", "check the login, or expect.account")
	if len(of(e, "state")) != 0 || len(of(e, "plan")) != 0 {
		t.Errorf("%+v", e.Checks())
	}

	w := newWorld(t, token)
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if err := New(w.options).Host(stopped); failure.Of(err).Kind != failure.Interrupted {
		t.Errorf("interrupted: %v", err)
	}
}

func TestState(t *testing.T) {
	const name = "state"
	w := newWorld(t, token)
	is(t, w.examine(), name, OK, 0, "no successful run yet", "")

	last := &store.LastGood{RunID: "20260131T020001Z-hq-aaaa", Records: 2, Rows: 2, At: time.Now()}
	w.remember(store.State{LastGood: last})
	is(t, w.examine(), name, OK, 0, "last good run "+last.RunID, "")
	w.remember(store.State{LastGood: last, SyncOwed: true})
	is(t, w.examine(), name, Warn, 0, "not all changes have been synced to the doors", "the next apply does it")
	w.remember(store.State{LastGood: last, LeftParked: []string{"R1"}})
	is(t, w.examine(), name, Warn, 0, "run R1 may have left", "the next apply lists them")
	w.remember(store.State{LastGood: last, OpenRun: "R9"})
	is(t, w.examine(), name, Warn, 0, "the folder of run R9 is gone", "the next apply checks for what it left behind")

	// A run with another run's journal may have sent anything: the next run would not go on.
	_, lock := w.lock()
	run, err := lock.Create("hq", time.Now())
	w.must(err)
	journal, err := run.StartJournal()
	w.must(err)
	w.must(journal.Append(true, journalio.Entry{
		Kind: journalio.KindRun, Line: journalio.NoLine, Op: "apply", Note: "another",
	}))
	w.must(journal.Close())
	w.must(lock.Close())
	w.remember(store.State{LastGood: last, OpenRun: run.ID()})
	is(t, w.examine(), name, Fail, code(failure.Unsafe), "is of run another", "--abandon")

	_, lock = w.lock()
	w.must(lock.Save(store.StateDocument, []byte("{")))
	w.must(lock.Close())
	is(t, w.examine(), name, Fail, code(failure.Stopped), "read state", "")
}

func TestLock(t *testing.T) {
	w := newWorld(t, token)
	if found := of(w.examine(), "lock"); len(found) != 0 {
		t.Errorf("%+v", found)
	}
	tenant, lock := w.lock()
	is(t, w.examine(), "lock", Fail, code(failure.Locked), "", "wait for it to end")
	w.must(lock.Close())
	w.examine()
	// The lock was held only for a moment.
	again, err := tenant.Lock(store.Holder{})
	w.must(err)
	w.must(again.Close())
}

func TestPlan(t *testing.T) {
	const name = "plan"
	for _, test := range []struct {
		roster, more string
		result       string
		code         int
		says, remedy string
	}{
		{same, "", OK, 0, "0 changes of 2 records would be sent, within the limits", ""},
		{changed, "    limits: {update: 2}\n", OK, 0, "2 changes of 2 records", ""},
		{changed, "    limits: {update: 1}\n", Fail, code(failure.Unsafe), "limits.update allows 1", "--limit update=2"},
		{changed + "K3,0010000005\n", "    limits: {update: 2}\n    backup_to: age1x\n", Fail, code(failure.Usage), "age1x", ""},
	} {
		w := newWorld(t, token+test.more)
		w.options.Config.Roster = []string{w.file("roster.csv", test.roster)}
		is(t, w.examine(), name, test.result, test.code, test.says, test.remedy)
	}
	// What already stops a run is not reported again.
	w := newWorld(t, token+"    limits: {update: 1}\n")
	w.options.Runs = filepath.Join(w.file("file", ""), "runs")
	w.options.Config.Roster = []string{w.file("roster.csv", changed)}
	if found := of(w.examine(), name); len(found) != 0 {
		t.Errorf("%+v", found)
	}
	w = newWorld(t, token)
	if found := of(w.examine(), name); len(found) != 0 {
		t.Errorf("no roster, and yet %+v", found)
	}
}

// TestRostersAreReadAsByAPlan: a repair of a type also applies to rows that call the type by
// another name.
func TestRostersAreReadAsByAPlan(t *testing.T) {
	w := newWorld(t, token+"    repair: [pad: {value: {card: 10}}]\n")
	const rows = "holder_email,type,value\none@example.com,Proximity card,10000001\n"
	w.options.Config.Roster = []string{w.file("roster.csv", rows)}
	if got := w.examine().roster.Rows.Record(0).Text("value"); got != "0010000001" {
		t.Errorf("the card is read as %s", got)
	}
}

// TestNothingIsWritten: an examination writes nothing, neither to the provider nor to what is
// remembered.
func TestNothingIsWritten(t *testing.T) {
	w := newWorld(t, token)
	w.options.Config.Roster = []string{w.file("roster.csv", changed)}
	text := func() string {
		data, err := json.Marshal(w.api.State())
		w.must(err)
		return string(data)
	}
	before := text()
	w.examine()
	if after := text(); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	if ids, err := w.options.Store.Runs(); err != nil || len(ids) != 0 {
		t.Errorf("runs %v, %v", ids, err)
	}
}
