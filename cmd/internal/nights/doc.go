// Package nights is what the runs that are kept tell of the nights gone by: which runs
// there were and how each ended, one run in full, and which records changed between two
// of them.
//
// Invariants:
//
//   - It looks, and changes nothing. It asks the store for runs and their files, whatever
//     that keeps them in, and needs no configuration.
//   - What cannot be read is named and passed over: one bad folder hides no other.
//   - What a run applied is what its report says, or, as long as it is not closed, its
//     plan and its journal.
package nights
