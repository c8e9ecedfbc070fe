// Package reportio says what a run did, for people and for programs: the
// report as JSON, CSV, workbook and HTML page, the saved plan, and the tables
// and the summary that a terminal shows.
//
// Every form is made from one [Report], whose lines are streamed: none of the
// writers holds more than a few of them, so memory does not grow with the
// account.
//
// # Invariants
//
//   - The totals close: rows plus records without a row are the sum of the
//     outcomes, or [Report.Tally] refuses the report.
//   - Secrets are masked in one place, newField, and fingerprinted in one,
//     [FingerprintCell]; no other code of this package reads a cell of a
//     secret column.
//   - No text is shortened in a file. A text that a workbook cell cannot hold goes
//     to a side file, or writing fails. Only the terminal cuts texts, and says so.
package reportio
