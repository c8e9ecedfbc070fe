// Package doorflow reconciles the cards, fobs and PINs that the people of a
// DoorFlow account hold, through version 3 of DoorFlow's API.
//
// A record is one credential of one person. Only its value can be changed in place; its
// person and its type are fixed, and a person holds at most one credential of a type.
// Credentials have no version and no time of change, so a change is guarded by reading the
// record just before.
//
// # Invariants
//
//   - A value travels as text, and a value that holds a mask is never sent: DoorFlow takes
//     six asterisks as the order to generate a random PIN.
//   - A 409 to a creation carries the credential that is in the way. It is a conflict and
//     never counts as the one asked for.
//   - A listing is proved complete or it is an error ([reconcile.ErrIncomplete]).
//   - DoorFlow's filters match partially: equality is checked here.
//   - Doors learn of changes only by a sync, which is sent once, at the end.
package doorflow
