// Package accounts chooses accounts of the configuration and does the work of a command
// on several of them, side by side.
//
// Invariants:
//
//   - A choice names each account once. What the command line names and the
//     configuration does not have is an error, never nothing.
//   - One account that fails, or panics, stops no other.
//   - What an account printed is told whole, as soon as the account has ended; two are
//     never told at the same time.
package accounts
