// Package officeio has what the readers of workbooks share: the container of the file,
// which is a zip file with bounds, one scanner for the XML of its parts, for all who read
// parts or write them anew, and what a person should know about a sheet or a cell. The names
// and relations of parts are those of Office Open XML (ECMA-376 parts 1 and 2), where
// nothing else is said. It knows nothing of what rows and cells mean.
//
// # Invariants
//
//   - A part ends with io.EOF only when its size and checksum are right.
//   - Declared sizes are never trusted: inflated bytes are counted as they come.
//   - Names that two programs could read differently are refused.
//   - A [Scanner] accepts nothing that encoding/xml refuses, and what a verbatim one
//     yields is the part, byte for byte.
//   - No error holds the content of a cell.
package officeio
