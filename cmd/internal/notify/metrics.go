package notify

import (
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/metricio"
)

// Measure returns the metrics of a run that began at started and ends now.
func Measure(o *Options, r *Result, started time.Time) metricio.Run {
	m := metricio.Run{
		Account: o.Config.Name, Provider: o.Config.Provider, FinishedAt: time.Now(), Duration: time.Since(started),
		ExitCode: o.exitCode(r), SyncOwed: r.SyncOwed, Traffic: o.Traffic.Counted(),
	}
	if r.Compared {
		m.Compared, m.Records, m.Summary = true, r.Records, r.Summary
	}
	return m
}

// WriteMetrics writes the metrics of runs to a file; without a path or runs it writes nothing.
// Failures are logged.
func WriteMetrics(path, tool string, log zerolog.Logger, runs ...metricio.Run) {
	if path == "" || len(runs) == 0 {
		return
	}
	if err := metricio.WriteFile(path, tool, runs); err != nil {
		log.Error().Err(err).Msg("could not write the metrics")
	}
}
