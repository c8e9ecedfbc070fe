// Package transfer moves credentials from one account to another: it reads the one,
// makes the roster that the other should have, and writes the files of the move. What
// is sent is sent by a run, as for any roster; see [Made.Transfer].
//
//	Prepare     what the command names is read, and a folder found for the files   Prepared
//	Between     both accounts are open                                             Move
//	Make        the account to move from is read and the roster is made            Made
//
// Invariants:
//
//   - The account to move from is only ever read.
//   - Every record of it ends in exactly one place: moved, lost for a reason, or out of
//     what was asked for.
//   - The files of a move appear before the first write.
package transfer
