package status_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/fleet/status"
	"keyroster/io/metricio"
	"keyroster/io/store"
)

func (w *world) history() *status.History {
	w.Helper()
	h, err := status.ReadHistory(&w.board, w.read())
	must(w.T, err)
	return h
}

// TestMetrics: an account's metrics tell of the last night that ended, whatever is going on now.
func TestMetrics(t *testing.T) {
	w := newWorld(t)
	w.worker("worker-a", time.Second)
	w.worker("worker-b", time.Hour)
	w.end("hq", 3, 0, "")
	w.end("hq", 2, 4, "")
	w.add("hq", 1, store.NightMissed)
	w.add("hq", 0, store.NightRunning)
	w.add("lab", 0, store.NightWaiting)
	w.end("rare", 60, 4, "")
	got := w.history().Metrics()
	if got.Nights["running"] != 1 || got.Nights["waiting"] != 1 || got.Nights["as_desired"] != 0 || len(got.Nights) != 13 {
		t.Errorf("nights %v", got.Nights)
	}
	got.Nights = nil
	want := &metricio.Fleet{
		NeedsPerson: 1, Workers: 1, Slots: 8, Gone: 1, Waiting: 30 * time.Minute,
		Accounts: []metricio.Ended{
			{
				Account: "hq", Provider: "doorflow", ExitCode: 4,
				At: now.Add(-29*time.Minute).AddDate(0, 0, -2), Success: now.Add(-29*time.Minute).AddDate(0, 0, -3),
			},
			{Account: "lab", Provider: "doorflow"},
			{Account: "rare", Provider: "doorflow", ExitCode: 4, At: now.Add(-29*time.Minute).AddDate(0, 0, -60)},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
