// Package starter helps a person through the first minutes: it says what to do next, writes a
// first configuration, and creates an account to practise on.
//
// Invariants:
//
//   - No existing file is written to.
//   - The files belong to the user alone, and hold no secret of an account.
package starter
