package journalio

import "io"

// File is what an open journal is kept in. One goroutine of the journal uses it.
type File interface {
	// Read reads from the journal's beginning; only [Resume] does, before it writes.
	io.Reader
	// Write appends. What was not synced survives the process where the file is one of
	// the machine; a database may have it only then.
	io.Writer
	// Truncate cuts off what follows the first size bytes.
	Truncate(size int64) error
	// Sync returns once everything that was written survives a power cut.
	Sync() error
	Close() error
}

// Mark is where an open journal says how far it went. Its text is small and of one
// length, so that replacing it cannot be cut by the death of the process; it need not
// survive a power cut.
type Mark interface {
	// Put replaces the text.
	Put(text []byte) error
	// Close lets go of the mark, and takes it away when the journal has ended.
	Close(ended bool) error
}
