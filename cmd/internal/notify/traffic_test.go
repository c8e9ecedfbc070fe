package notify_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/notify"
	"keyroster/io/configio"
	"keyroster/io/metricio"
	"keyroster/providers/httpapi"
)

func TestTraffic(t *testing.T) {
	var traffic notify.Traffic
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			traffic.Observe(httpapi.Event{Kind: httpapi.Attempted, Op: httpapi.Read, Status: 200, Wait: time.Second})
			traffic.Observe(httpapi.Event{Kind: httpapi.Attempted, Op: httpapi.Write, Status: 429})
			traffic.Observe(httpapi.Event{Kind: httpapi.Retrying, Op: httpapi.Write, Wait: time.Minute})
		})
	}
	both.Wait()
	want := metricio.Traffic{
		Calls: map[string]int{"read": 2, "write": 2}, Retries: 2, Limited: 2, Paced: 2 * time.Second, Backoff: 2 * time.Minute,
	}
	got := traffic.Counted()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// The caller gets counts of its own.
	got.Calls["read"] = 7
	if traffic.Counted().Calls["read"] != 2 {
		t.Error("the count was changed from outside")
	}
}

// TestMeasure: a run that compared nothing has no numbers of records and rows.
func TestMeasure(t *testing.T) {
	o := &notify.Options{Config: &configio.Account{Name: "hq", Provider: "doorflow"}, ExitCode: exitCode}
	r := compared()
	r.SyncOwed = new(true)
	m := notify.Measure(o, &r, time.Now().Add(-time.Minute))
	if !m.Compared || m.Records != 2 || m.Summary.Rows != 1 || m.Account != "hq" || m.Provider != "doorflow" || m.ExitCode != 0 ||
		m.SyncOwed == nil || !*m.SyncOwed || m.Duration < time.Minute || m.FinishedAt.IsZero() {
		t.Errorf("%+v", m)
	}
	r.Compared, r.Err = false, errors.New("no answer")
	if m := notify.Measure(o, &r, time.Now()); m.Compared || m.Records != 0 || m.Summary.Rows != 0 || m.ExitCode != 100+int(failure.Stopped) {
		t.Errorf("%+v", m)
	}
}
