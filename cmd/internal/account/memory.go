package account

import "runtime/debug"

// manyRecords is the count from which saving memory pays off.
const manyRecords = 50_000

// LimitMemory makes the garbage collector run more often, for the rest of the process, when
// many rows are read or records listed: they hold no pointers, so it costs little. A GOGC set
// by the user is respected.
func LimitMemory(many int) {
	if many <= manyRecords {
		return
	}
	if was := debug.SetGCPercent(10); was != 100 {
		debug.SetGCPercent(was)
	}
}
