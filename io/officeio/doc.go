// Package officeio has what the readers of workbooks share: the container, which is a zip file with
// bounds; one scanner for the XML of its parts, for readers and rewriters; and what a person should
// know about a sheet or a cell. The names and relations of parts are those of Office Open XML
// (ECMA-376 parts 1 and 2) unless stated otherwise. It knows nothing of what rows and cells mean.
//
// # Invariants
//
//   - A part ends with io.EOF only when its size and checksum are right.
//   - Declared sizes are never trusted: inflated bytes are counted as they come.
//   - Names that two programs could read differently are refused.
//   - A [Scanner] accepts nothing that encoding/xml refuses, and a verbatim one
//     yields the part, byte for byte.
//   - No error holds the content of a cell.
package officeio
