// Package bookio is what all workbooks of the program are written with: looks,
// sheets, lists that go on in further sheets, and the file itself.
//
// A [Book] is written row by row, sheet after sheet, and does not hold the rows. The
// first error stays: what follows it writes nothing, and [Book.Write] returns it.
//
// # Invariants
//
//   - A text is written as a text: nothing that a roster or a provider says becomes a
//     formula or a number.
//   - No text is cut here, and none that a cell cannot hold is written.
//   - Memory does not grow with the rows, unless a caller wants nothing on a disk.
package bookio
