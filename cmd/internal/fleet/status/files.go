package status

import (
	"keyroster/io/atomicio"
	"keyroster/io/metricio"
	"keyroster/io/store"
)

// Files are where the status is written to besides; an empty path is nothing to write.
type Files struct {
	// Metrics is a file of Prometheus's text format, which everybody may read.
	Metrics string
	// Page is an HTML page, for its owner alone.
	Page string
	// Tool is how metrics name the program.
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
