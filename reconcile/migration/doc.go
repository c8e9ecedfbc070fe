// Package migration makes the roster of one account from the listing of
// another: who holds what there becomes what they should hold here.
//
// [Build] matches the people of the two accounts, translates types and values by
// [Rules], and returns a [Move]: the rows, and for every record that has none
// the reason. What carries the rows out is the same as for any other roster.
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine; equal inputs give equal moves.
//   - Every record of the source has a row, or a loss that is whole, or belongs
//     to somebody who was not asked for. None is forgotten.
//   - Nothing gets more access than it had: what has ended, has not begun, or is
//     held by somebody who is disabled is left behind where the target could not
//     keep it so.
//   - A person is matched or not; where two could be meant, nobody is.
//   - No reason holds a value.
package migration
