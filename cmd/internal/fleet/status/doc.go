// Package status is an overview of a fleet: the state of all accounts' nights, which accounts
// need a person and what that person does next, what is running, and on which workers. It is
// available as text, JSON, metrics and an HTML page.
//
// Invariants:
//
//   - It is read-only: it queries the board alone, and opens no run.
//   - Each account of the night has exactly one outcome, so the counts add up.
//   - A fleet without a live worker is never well: nights that wait, or are still to come, then
//     need a person too.
//   - The text stays short at any size: similar entries are folded, those that need a person
//     last.
package status
