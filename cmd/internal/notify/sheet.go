package notify

import (
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"keyroster/io/metricio"
)

// sheetEvery is the least time between two writes of an incomplete sheet.
const sheetEvery = time.Second

// Sheet is a metrics file of several accounts, whose runs end one after another. It is
// rewritten as they end, but not more often than useful. Until an account has ended, the file
// keeps its earlier metrics. The methods are safe for concurrent use.
type Sheet struct {
	path, tool string
	log        zerolog.Logger

	mu      sync.Mutex
	runs    []metricio.Run
	pending []string
	written time.Time
}

// NewSheet makes the sheet for accounts that have not ended yet; without a path it is never written.
func NewSheet(path, tool string, log zerolog.Logger, accounts ...string) *Sheet {
	return &Sheet{path: path, tool: tool, log: log, pending: slices.Clone(accounts)}
}

// Add adds or replaces the metrics of an account whose run has ended. Failures to write are logged.
func (s *Sheet) Add(run metricio.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = slices.DeleteFunc(s.runs, func(before metricio.Run) bool { return before.Account == run.Account })
	s.runs = append(s.runs, run)
	s.pending = slices.DeleteFunc(s.pending, func(name string) bool { return name == run.Account })
	if s.path == "" || len(s.pending) > 0 && time.Since(s.written) < sheetEvery {
		return
	}
	if err := metricio.WriteFile(s.path, s.tool, s.runs, s.pending...); err != nil {
		s.log.Error().Err(err).Msg("could not write the metrics")
	}
	s.written = time.Now()
}
