// Package pgstore keeps what is remembered of tenants, and the files of runs, in
// PostgreSQL, for processes on many machines.
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
//   - Whatever a holder writes is one statement that asks for the lease and its generation,
//     and keeps others from taking it until the statement is done: a lease that ran out,
//     or that another has taken, writes nothing.
//   - A holder takes its lease for lost, for good, before it ends on the server: by the
//     clock that stands still while a machine sleeps, and by the one that does not.
//   - Keys, and the files of runs, are wrapped by a key from outside before they leave the
//     process, as is what people are told of nights: a dump of the database shows no secret
//     and no value. Documents and journals hold neither, and are in the clear.
//   - A journal has one row for each sync. What was not synced dies with its process.
//   - A journal's mark never says more than the journal has: the two are written together.
//
// Files are fenced by the lock that the process had on their tenant when it opened their
// run, or has since. Where it had none, nothing is asked for: as with folders, the caller
// sees to it that no process is at work on the run.
package pgstore
