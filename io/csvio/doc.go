// Package csvio turns CSV bytes into lines of cells and cells into CSV bytes.
// It knows encodings, separators, quotes and line ends, and nothing of columns
// or records.
//
// # Reading
//
// [Open] looks at the first 64 KiB to find the encoding and the separator; the
// rest streams, so memory is bounded by the longest record. Cells are exactly
// those of the file: nothing is trimmed, and a carriage return inside quotes
// stays one. The only change is the formula guard that [Writer] puts on; see
// [Guard].
//
// A file is never half read: bytes that are not text in its encoding, a NUL, a
// quote out of place or not closed, or a read error ends the table with a
// *cellio.InputError that names a physical line and the remedy. No message holds
// the content of a cell, since cells are card numbers and PINs.
//
// # Physical lines
//
// A line ends at LF, at CRLF, or at a lone CR outside quotes, and all of them
// count, blank ones and a leading "sep=;" line included. Inside quotes LF and
// CRLF count as well; a lone CR there is content, and counts only in a file
// whose records end in lone CRs, which is how its editor counts. A record has
// the number of the line on which it starts.
//
// # Writing
//
// [Writer] writes UTF-8, commas and CRLF (RFC 4180). Files that people open begin
// with a byte order mark ([NewFileWriter]); streams for programs do not. [Open]
// reads back what it wrote, cell for cell.
package csvio
