package providers

// Check is one thing that was looked at.
type Check struct {
	// Name is what was looked at, in a few words; Detail what was found.
	Name, Detail string
	// Err is set when a run would fail because of it. A [reconcile.Failure]
	// carries its own remedy.
	Err error
	// Remedy is what to do about something that stops no run, empty when all
	// is well.
	Remedy string
}
