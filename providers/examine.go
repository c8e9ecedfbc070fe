package providers

// Exam is one thing that was looked at.
type Exam struct {
	// Name is what was looked at, in a few words; Says what was found.
	Name, Says string
	// Err is set when a run would fail because of it. A [reconcile.Failure]
	// carries its own remedy.
	Err error
	// Remedy is what to do about something that stops no run, empty when all
	// is well.
	Remedy string
}
