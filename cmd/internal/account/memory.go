package account

import "runtime/debug"

// manyRecords are so many that the room they take is worth saving.
const manyRecords = 50_000

// LimitMemory makes the garbage collector run more often, for the rest of the process, where
// many rows are read or records listed: they have no pointers to follow, so that it costs little.
// Whoever set GOGC wanted something else, and gets it.
func LimitMemory(many int) {
	if many <= manyRecords {
		return
	}
	if was := debug.SetGCPercent(25); was != 100 {
		debug.SetGCPercent(was)
	}
}
