// Package run is what a run is: from the lock of a tenant to the report, as types.
//
//	Lock       the tenant's lock is held, and what is remembered is known   Locked
//	Settle     what earlier runs left is in order
//	Plan       the plan is made, held to all safety rules, and saved        Planned
//	Commit     the run is durable: whatever dies, it can be taken up        Committed
//	Send       the changes are sent, made effective and proved              Sent
//	Close      reports, rows to correct, manifest, memory                   Outcome
//
// A run that died is taken up by [Locked.Reopen], which ends at Committed as Commit
// does: what comes after is one way for both. A stage that cannot go on writes the run
// down as far as it came; its error is an [*Ended] that holds the outcome. [Apply] and
// [Resume] walk all stages.
//
// Invariants:
//
//   - Nothing is sent before Commit has returned, and nothing without the lock: the
//     account's client asks for it before each write. Who lost it stores nothing either.
//   - The doors are owed a sync from before the first write until a sync is answered.
//   - What the files of a run say happened is what its journal says.
//   - One bad record stops no other; a panic in a stage ends that run alone.
//
// The package prints nothing, parses no flag and knows no exit code: it takes [Options]
// and tells the sinks in them.
package run
