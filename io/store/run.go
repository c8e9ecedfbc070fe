package store

// Run is one run: its files, and what follows from them.
type Run struct {
	Files
	id string
}

// NewRun is the run with an id whose files a store keeps.
func NewRun(id string, files Files) *Run { return &Run{Files: files, id: id} }

// ID is the run's id.
func (r *Run) ID() string { return r.id }
