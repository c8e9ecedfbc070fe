package main

import (
	"maps"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"keyroster/io/metricio"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// metricsFlag asks for the metrics of a run.
type metricsFlag struct{ file string }

func (f *metricsFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.file, "metrics", "", "write metrics in Prometheus's text format to `FILE`, for the node exporter's textfile collector")
}

// write writes the metrics of runs. A run is not the worse for metrics that
// could not be written, so that is only said.
func (f *metricsFlag) write(a *app, runs ...metricio.Run) {
	if f.file == "" || len(runs) == 0 {
		return
	}
	if err := metricio.WriteFile(f.file, "keyroster "+version, runs); err != nil {
		a.log.Error().Err(err).Msg("the metrics could not be written")
	}
}

// traffic counts what a client does. It is safe for concurrent use.
type traffic struct {
	mu    sync.Mutex
	count metricio.Traffic
}

func (t *traffic) observe(e httpapi.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e.Kind {
	case httpapi.Attempted:
		if t.count.Calls == nil {
			t.count.Calls = map[string]int{}
		}
		t.count.Calls[e.Op.String()]++
		t.count.Paced += e.Wait
		if e.Status == statusLimited {
			t.count.Limited++
		}
	case httpapi.Retrying:
		t.count.Retries++
		t.count.Backoff += e.Wait
	}
}

const statusLimited = 429

func (t *traffic) counted() metricio.Traffic {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.count
	out.Calls = maps.Clone(t.count.Calls)
	return out
}

// measured is what the metrics say of a session that ended with an error, or
// nil.
func (s *session) measured(started time.Time, cause error) metricio.Run {
	r := metricio.Run{
		Account: s.config.Name, Provider: s.config.Provider, FinishedAt: time.Now(), Duration: time.Since(started),
		ExitCode: exitOf(cause), Traffic: s.traffic.counted(),
	}
	if s.state != nil {
		r.SyncOwed = new(s.memory.SyncOwed)
	}
	if s.draft == nil || s.draft.plan == nil {
		return r
	}
	var outcome func(int) reconcile.Outcome
	if s.run != nil {
		outcome = s.run.Outcome
	}
	r.Compared, r.Records, r.Summary = true, s.draft.listing.Records.Len(), s.draft.plan.Summarize(outcome)
	return r
}
