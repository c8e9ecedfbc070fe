// Package fleet works on the nights of many accounts with many processes, which meet in a
// [store.Board] and hand each other tasks through a [Queue].
//
// A night is the work on one account that a date of its own time zone asks for. A worker
// writes down the nights that are due, queues what may be taken, takes what the queue hands
// it, and writes down how that ended:
//
//	Site      an account and its schedule       what is due
//	Board     the night, once for all workers   waiting, running, ended, missed
//	Queue     a task: take this night           who works on it, in which order
//	Worker    Work on the account               how it ended, and whether it is tried again
//
// Invariants:
//
//   - A task is a hint. Whether a night may be worked on is the board's to say, and whether
//     a write may leave is the tenant's lock's: a task that comes twice, late or never does
//     no harm but time.
//   - Whatever happens to a task, its night is queued again by whoever looks at the board.
//     What was lost by its worker goes before what waits.
//   - No worker is special: each of them does all of it.
//
// This package alone knows the queue that stands behind it.
package fleet
