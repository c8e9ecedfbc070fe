// Package cards writes card numbers in another spelling: the same card is
// 11468794 to one system, AEFFFA to a second and 174-65530 to a third.
//
// # Invariants
//
//   - It is pure: no I/O, no clock, no goroutine.
//   - Nothing is lost. A text is only read if its format would write that very
//     text again (hexadecimal digits of either case), and a number is only
//     written if it can be read back. Everything else is an error.
//   - Two different numbers never have the same spelling in one format.
//   - No error holds a card number.
package cards
