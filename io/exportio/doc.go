// Package exportio writes what an account holds, for people who keep, check or
// compare it, and reads it back.
//
// An export is a roster too: its columns are those of the provider's rosters,
// so that a plan of an export, as it is, changes nothing. What a roster cannot say
// (who, when, how the listing was proved, totals, findings) is on a first sheet, in
// a file beside a CSV file, or in members of JSON.
//
// # Invariants
//
//   - Values are masked, unless a caller reveals them and writes to a file that
//     no other user can read. Findings, changes, totals and digests never hold one.
//   - No cell is ever cut: what a cell cannot hold is in a file beside the export,
//     or the export fails.
//   - The digest covers the masked cells, the same way in every format. A file
//     whose rows do not match it was changed since, and is not read.
//   - No cell of the summary can be taken for the header of a roster.
package exportio
