// Package pingone reconciles the credential types of a PingOne environment: the
// card definitions from which PingOne issues verifiable credentials.
//
// A record is one credential type. PingOne takes changes as whole documents
// only, so a change reads the document, sets the members that the roster
// decides, and sends everything else back as it came.
//
// # Invariants
//
//   - A member that keyroster does not know is never lost, and a number keeps
//     its form: documents are edited as JSON trees, never through structs.
//   - What the server owns is never sent.
//   - What a row does not name stays, members of a card's field and of an
//     expiration too; what a new one lacks is filled in for creations alone.
//   - The published contract decides what a row is refused for. What PingOne
//     takes is warned of at most, and what a record holds already stops nothing.
//   - A document that moved since the plan, or was deleted, is never replaced:
//     its version is compared in the same read that the replacement starts from.
//   - Cells of rows and records have one canonical form, so that what the
//     server fills in by itself is no difference.
//   - Pages are followed by the server's own links, on its own host only.
package pingone
