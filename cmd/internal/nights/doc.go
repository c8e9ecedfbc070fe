// Package nights shows past runs: which there were and how each ended, one run in full, and
// which records changed between two of them.
//
// Invariants:
//
//   - It is read-only. It asks the store for runs and their files, wherever they are kept, and
//     needs no configuration.
//   - Whatever cannot be read is named and skipped: one bad folder hides no other.
//   - What a run applied is taken from its report, or, until it is closed, from its plan and
//     journal.
package nights
