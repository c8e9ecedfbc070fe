package journalio

import "io"

// File is what an open journal is kept in. One goroutine of the journal uses it.
type File interface {
	// Read reads from the journal's beginning; only [Resume] does, before it writes.
	io.Reader
	// Write appends. On a disk, data that was not synced survives the process; a
	// database may not have it before it is synced.
	io.Writer
	// Truncate cuts off everything after the first size bytes.
	Truncate(size int64) error
	// Sync returns once everything that was written survives a power cut.
	Sync() error
	Close() error
}

// Mark is where an open journal records how far it went. Its text is small and of one length, so
// that the end of the process cannot cut a replacement short; it need not survive a power cut.
type Mark interface {
	// Put replaces the text.
	Put(text []byte) error
	// Close releases the mark, and removes it when the journal has ended.
	Close(ended bool) error
}
