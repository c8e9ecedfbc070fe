// Package reconcile holds the nouns of keyroster and the pure functions over
// them: what a roster asks for, what a provider holds, and the plan that makes
// the second equal to the first.
//
// # How data flows
//
// A provider declares one [Schema], derived from its row struct. A roster is
// decoded into a [Roster] (raw rows with true positions), the provider resolves
// it into [Wanted] (the same rows in the provider's own terms), a [Listing] is
// what the provider holds, and [Diff] compares the two under a [Policy]. The
// result is a [Plan]: one [Line] for every row and for every record that no row
// matched. Lines are small values without text; the cells stay in two [Set]s.
//
// Packages below this one use these nouns: reconcile/engine applies a plan,
// reconcile/inverse makes the roster that undoes a run, reconcile/migration the one that an
// account gets from another, and reconcile/findings looks through what is held.
//
// # Place in the program
//
//	cmd/keyroster -> providers/*, io/*, reconcile/engine -> reconcile
//
// Everything imports this package, and it imports none of the others except
// reconcile/shape, which only knows texts, so that a plan can be made, checked and tested
// without a provider, a file or a network. Only io (io/rosterio) reads rosters, only
// providers talk to their APIs, and only engine sends changes. Providers never import each
// other, and nothing but io/atomicio and the token file of providers/httpapi renames files.
//
// # Invariants
//
//   - This package never does I/O, reads no clock and starts no goroutine; package context
//     appears only in provider.go.
//   - The diff of equal inputs is equal, byte for byte.
//   - Every row, and every record without a row, has exactly one line, and a
//     line ends in exactly one outcome.
//   - Ambiguity is an outcome, never a choice.
//   - A blank or masked cell asks for nothing. It never clears anything.
//   - No plan is made from a listing that is not proved complete; a [Listing] says so
//     itself, and callers check it ([Listing.Complete]).
//   - A cell's text prints itself as a mask, whatever the verb.
package reconcile
