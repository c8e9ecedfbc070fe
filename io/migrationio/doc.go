// Package migrationio reads and writes the files of a migration: the target
// roster, the crosswalk of ids, the people whom the target does not know, and
// what is lost. The plan beside them is written by the code that made it.
//
// # Invariants
//
//   - Only the target roster can hold values, and only on request.
//   - Files are 0600 and appear whole or not at all. Files of others, and ours once
//     a person has changed them, are never replaced.
//   - Every record of the source that was asked for has its new id in the
//     crosswalk or is lost as a whole; none is both or neither.
package migrationio
