// Package bookio writes all workbooks of the program: looks, sheets, lists that
// continue on further sheets, and the file itself.
//
// A [Book] is written row by row, sheet after sheet, and does not hold the rows.
// After the first error nothing more is written, and [Book.Write] returns it.
//
// # Invariants
//
//   - A text is written as a text: nothing from a roster or a provider becomes a
//     formula or a number.
//   - No text is cut here, and none that a cell cannot hold is written.
//   - Memory does not grow with the rows, unless a caller wants nothing on disk.
package bookio
