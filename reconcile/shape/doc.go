// Package shape decides whether a value looks like a card number or code of the population
// that it joins: by its length, its alphabet and its separators, never by the value itself.
//
// It answers three questions about a value:
//
//   - Can it be one in any system ([Impossible])? A word, a remark, an address or two
//     numbers in one cell cannot, however many records hold such.
//   - Does the configuration say that its shape is right ([Shape])?
//   - Do the others of its type look like it ([Population])?
//
// A fourth is about a value and the one that it replaces: is it that one after a
// spreadsheet rounded it ([Rounded])?
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine, and no other package of the
//     module.
//   - Nothing that it returns holds a value or a part of one; separators and lengths may be
//     shown.
//   - A few odd records are not a population, and hide none.
package shape
