package providers

import "context"

// Examiner is an open provider that can tell more of a login than that it is
// good: what it may do, and what stands in the way of a run. It is found by
// type assertion; a provider without it has nothing more to tell.
type Examiner interface {
	// Examine reads, and never writes. It returns what it found in the order
	// in which a person should read it; what it could not find out is an exam
	// with an error.
	Examine(ctx context.Context) []Exam
}

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
