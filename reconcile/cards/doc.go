// Package cards converts between spellings of card numbers: the same card is 11468794 in
// one system, AEFFFA in a second and 174-65530 in a third.
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine.
//   - Nothing is lost. A text is only read if its format would write exactly that text
//     again (hexadecimal digits of either case), and a number is only written if it can be
//     read back. Everything else is an error.
//   - Different numbers never have the same spelling in one format.
//   - No error holds a card number.
package cards
