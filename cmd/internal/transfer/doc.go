// Package transfer moves credentials from one account to another: it reads the source, makes
// the roster for the target, and writes the files of the move. A run then applies that roster,
// like any other; see [Made.Transfer].
//
//	Prepare     the files on the command line are read, a folder is chosen         Prepared
//	Between     both accounts are open                                             Move
//	Make        the source account is read and the roster is made                  Made
//
// Invariants:
//
//   - The source account is only ever read.
//   - Every source record has exactly one result: moved, lost for a reason, or not selected.
//   - The files of a move appear before the first write.
package transfer
