// Package accounts chooses accounts of the configuration and runs a command on several of them
// in parallel.
//
// Invariants:
//
//   - A selection contains each account once. A name that is on the command line but not in the
//     configuration is an error, never ignored.
//   - An account that fails, or panics, stops no other.
//   - An account's output is printed whole as soon as the account has ended; outputs of two
//     accounts never mix.
package accounts
