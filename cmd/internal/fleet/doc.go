// Package fleet spreads the nights of many accounts over many processes, which share a
// [store.Board] and pass each other tasks through a [Queue].
//
// A night is one account's run for a date in its own time zone. Each worker records the nights that are
// due, queues those that may be taken, takes what the queue hands it, and records how it ended:
//
//	Site      an account and its schedule       what is due
//	Board     the night, once for all workers   waiting, running, ended, missed
//	Queue     a task: take this night           who works on it, in which order
//	Worker    Work on the account               how it ended, and whether it is tried again
//
// Invariants:
//
//   - A task is only a hint. The board decides whether a night may be worked on, and the
//     tenant's lock whether a write may be sent: a task that comes twice, late or never costs
//     time and nothing else.
//   - Whatever happens to a task, any worker that looks at the board queues its night again.
//     Nights lost by their workers go before those that wait.
//   - No worker is special: each of them does everything.
//
// Only this package knows which queue is behind [Queue].
package fleet
