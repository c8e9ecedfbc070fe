// Package run is the life of a run, from taking the tenant's lock to the report, as types.
//
//	Lock       the tenant's lock is held, and what is remembered is known   Locked
//	Settle     what earlier runs left is in order
//	Plan       the plan is made, held to all safety rules, and saved        Planned
//	Commit     the run is durable: whatever dies, it can be resumed         Committed
//	Send       the changes are sent, made effective and proved              Sent
//	Close      reports, rows to correct, manifest, memory                   Outcome
//
// [Locked.Reopen] resumes a run that died. It returns a Committed, as Commit does, and from
// there both go the same way. A stage that cannot go on writes down the run as far as it got;
// its error is an [*Ended] with the outcome. [Apply] and [Resume] go through all stages.
//
// Invariants:
//
//   - Nothing is sent before Commit has returned, and nothing without the lock: the account's
//     client checks it before each write. A run that has lost it stores nothing either.
//   - A sync is owed from before the first write until a sync is answered.
//   - What a run's files say happened is what its journal says.
//   - One bad record stops no other; a panic in a stage ends only that run.
//
// The package prints nothing, parses no flags and knows no exit codes: its input is [Options],
// and it reports to the sinks in them.
package run
