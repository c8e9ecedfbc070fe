// Package pgstore stores what is remembered of tenants, and the files of runs, in PostgreSQL,
// for processes on many machines.
//
// All of it is in the tables of the schema keyroster, which [Migrate] makes: tenants with
// their leases, documents, keys (table secret), runs, their files, and their journals; and
// the nights and workers of a fleet, its tokens and its rates.
//
// A tenant's lock is a lease: it has an end, by the clock of the server, and a generation,
// which grows each time that a process takes it. Its holder renews it each third of its
// length.
//
// Invariants:
//
//   - Every write of a holder is one statement that checks the lease and its generation, and
//     keeps others from taking it until the statement is done: with a lease that expired, or
//     that another has taken, nothing is written.
//   - A holder treats its lease as lost, for good, before it ends on the server: by the clock
//     that stops while a machine sleeps, and by the one that does not.
//   - Keys, files of runs, and reasons and hints of nights are wrapped with a key from outside
//     before they leave the process: a dump of the database shows no secret and no value.
//     Documents and journals hold neither, and are in the clear.
//   - A journal has one row for each sync. What was not synced is lost with its process.
//   - A journal's mark is never ahead of the journal: the two are written together.
//
// Files are fenced by the lock that the process had on their tenant when it opened their run,
// or has taken since. Without one they are not fenced: as with folders, the caller must ensure
// that no process is working on the run.
package pgstore
