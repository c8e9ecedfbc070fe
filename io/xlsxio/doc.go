// Package xlsxio reads workbooks (.xlsx, .xlsm) strictly: what it returns was
// proved whole, and what it cannot prove it refuses with the place and the
// remedy. It turns bytes into cells and knows nothing of headers or rosters.
//
// # Why not excelize alone
//
// excelize v2.11.0 ends a damaged sheet early without an error, ignores zip
// checksums, and may return the index of a shared string in place of its text.
// It also counts styles past an mc:AlternateContent among them, so that every
// later one is another's. So package officeio opens the container, its scanner reads all parts
// straight from the zip, and no cell is ever copied to excelize's memory or a temporary folder.
//
// # Invariants
//
//   - [Table.Next] returns io.EOF only after the part was inflated to its end
//     with the right size and checksum, and was well-formed XML up to the end
//     of the worksheet with nothing but white space, comments and processing instructions after
//     it.
//   - A cell whose content makes no sense is of kind Broken and affects no other; a sheet whose
//     part is not as it must be is refused.
//   - Every element between <sheetData> and </sheetData> is understood or
//     refused; none is skipped.
//   - Memory does not grow with the number of rows, only with the shared strings.
//   - No error and no warning holds the content of a cell.
package xlsxio
