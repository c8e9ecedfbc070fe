package status

import (
	"keyroster/io/atomicio"
	"keyroster/io/metricio"
	"keyroster/io/store"
)

// Files are further outputs of the status; an empty path is skipped.
type Files struct {
	// Metrics is a file in Prometheus's text format, readable by everyone.
	Metrics string
	// Page is an HTML page, readable by its owner alone.
	Page string
	// Tool is the program's name in the metrics.
	Tool string
}

// Write writes the files, each whole or not at all.
func (f Files) Write(board store.Board, s *Status) error {
	if f.Metrics == "" && f.Page == "" {
		return nil
	}
	h, err := ReadHistory(board, s)
	if err != nil {
		return err
	}
	if f.Metrics != "" {
		if err := metricio.WriteFleet(f.Metrics, f.Tool, h.Metrics()); err != nil {
			return err
		}
	}
	if f.Page == "" {
		return nil
	}
	return atomicio.WriteFile(f.Page, 0o600, h.WritePage)
}
