// Package odsio reads spreadsheets in the OpenDocument format (.ods), as LibreOffice,
// Google Sheets and Excel write them, as strictly as xlsxio reads .xlsx: what it returns was
// proved whole, and what it cannot prove it refuses with the place and the remedy. It turns
// bytes into cells and knows nothing of headers or rosters.
//
// All sheets are in one part, one after the other, together with their names. So the
// part is read once, when the workbook is opened, and the cells are kept, packed.
//
// # Invariants
//
//   - [Load] returns only after the part was inflated to its end with the right size
//     and checksum, and was well-formed XML to the end, with nothing but white space,
//     comments and processing instructions after the document.
//   - Elements are recognised by their namespace, whatever their prefix.
//   - A cell whose content makes no sense is of kind Broken and affects no other; a
//     sheet that is not as it must be is refused alone.
//   - Every element in a sheet, a row and a cell is understood or refused, except those
//     that cannot hold cells: comments, shapes, forms, sources.
//   - Repeated blank cells and rows cost nothing; repeated filled ones are bounded.
//   - No error and no warning holds the content of a cell.
package odsio
