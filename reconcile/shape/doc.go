// Package shape judges whether a value looks like the number of a card, or like a
// code, of the population that it joins: by its length, its alphabet and its
// separators, never by what it is.
//
// Three questions are asked of a value:
//
//   - Can it be one in any system ([Impossible])? A word, a remark, an address or
//     two numbers in one cell cannot, however many records hold such.
//   - Has a person said that its shape is right ([Shape])?
//   - Do the others of its type look like it ([Population])?
//
// A fourth is asked of a value and the one that it replaces: whether it is that
// one after a spreadsheet has rounded it ([Rounded]).
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine, and no other package of the
//     module.
//   - Nothing that it returns holds a value or a part of one; separators and
//     lengths it does show.
//   - A few odd records are no population, and hide none.
package shape
