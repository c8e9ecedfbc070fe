package providers

// Check is the result of one thing that was examined.
type Check struct {
	// Name is what was examined, in a few words; Detail what was found.
	Name, Detail string
	// Err is set when it would make a run fail. A [reconcile.Failure] carries its own
	// remedy.
	Err error
	// Remedy is what to do about something that stops no run; empty when all is well.
	Remedy string
}
