// Package pingone reconciles the credential types of a PingOne environment: the
// card definitions from which PingOne issues verifiable credentials.
//
// A record is one credential type. PingOne only accepts whole documents, so a change reads
// the document, sets the members that the roster decides, and sends everything else back
// unchanged.
//
// # Invariants
//
//   - A member unknown to keyroster is never lost, and a number keeps its form: documents
//     are edited as JSON trees, never through structs.
//   - What the server owns is never sent.
//   - What a row does not name stays, including members of a card's field and of an
//     expiration; defaults are filled in only for creations.
//   - A row is refused only for what the published contract rules out. What PingOne accepts
//     gets at most a warning, and what a record already holds stops nothing.
//   - A document that changed since the plan, or was deleted, is never replaced: its
//     version is compared in the same read that the replacement starts from.
//   - Cells of rows and records have one canonical form, so that the server's defaults do
//     not count as differences.
//   - Pages are followed only by the server's own links, on its own host.
package pingone
