// Package migration makes the roster of one account from the listing of another: what
// people hold there becomes what they should hold here.
//
// [Build] matches the people of the two accounts, translates types and values by [Rules],
// and returns a [Move]: the rows, and the reason for every record that has none. The rows
// are applied like any other roster.
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine; equal inputs give equal moves.
//   - Every record of the source has a row, or a loss that is whole, or belongs to a person
//     who was not selected. None is forgotten.
//   - Nothing gets more access than it had: what has ended, has not begun, or is held by a
//     person who is disabled is left behind if the target could not keep it so.
//   - A person is matched or not; if two could be meant, neither is.
//   - No reason holds a value.
package migration
