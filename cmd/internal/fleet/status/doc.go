// Package status is the glance at a fleet: how the nights of all accounts stand, which
// accounts need a person and what that person does next, what is at work, and on which
// workers. It is told as text, as a JSON document, as metrics and as a page.
//
// Invariants:
//
//   - It looks, and changes nothing: it asks the board alone, and opens no run.
//   - Each account of the night is in exactly one outcome, so that the counts close.
//   - Nothing is well where no worker is alive: nights that wait, or are to come, need a
//     person then too.
//   - The text is a glance at any size: what is alike is folded, and what needs a person is
//     folded last.
package status
