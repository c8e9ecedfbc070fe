// Package odsio reads spreadsheets in the OpenDocument format (.ods), as LibreOffice,
// Google Sheets and Excel write them, as strictly as xlsxio reads .xlsx: what it returns was
// proved whole, and what it cannot prove it refuses with the place and the remedy. It turns
// bytes into cells and knows nothing of headers or rosters.
//
// All sheets stand in one part, one behind the other, and their names with them. So the
// part is read once, when the workbook is opened, and the cells are kept, packed.
//
// # Invariants
//
//   - [Load] returns only after the part was inflated to its end with the right size
//     and checksum, and was well-formed XML up to the end of the document with nothing but
//     white space, comments and processing instructions behind it.
//   - Elements are told by their namespace, whatever their prefix.
//   - A cell whose content makes no sense is of kind Broken, and refuses nothing but
//     itself; a sheet that is not as it must be is refused alone.
//   - Every element in a sheet, a row and a cell is understood or refused, but for those
//     whose content is known to be no cell: comments, shapes, forms, sources.
//   - What blank cells and rows repeat costs nothing; what filled ones repeat is bounded.
//   - No error and no warning holds the content of a cell.
package odsio
