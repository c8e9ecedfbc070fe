// Package ooxml opens the container of workbooks and reads the XML of its parts
// (ECMA-376 parts 1 and 2): the zip file and its bounds, the names and relations of
// parts, and one scanner for all who read parts or write them anew. It knows nothing
// of what rows and cells mean.
//
// # Invariants
//
//   - A part ends with io.EOF only when its size and checksum are right.
//   - Declared sizes are never trusted: inflated bytes are counted as they come.
//   - Names that two programs could read differently are refused.
//   - A [Scanner] accepts nothing that encoding/xml refuses, and what a verbatim one
//     yields is the part, byte for byte.
//   - No error holds the content of a cell.
package ooxml
