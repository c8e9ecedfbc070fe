//go:build !chaos

package main

// chaosWorlds is how many random worlds the chaos tests run for each provider,
// chaosKillAll whether a run is killed in each of them, not in every second;
// the build tag chaos does many more.
const (
	chaosWorlds  = 7
	undoWorlds   = 1
	chaosKillAll = false
	// agreeWorlds and agreeRuns are the worlds for each provider, and the
	// settings that each is run under, of which the results must agree.
	agreeWorlds = 1
	agreeRuns   = 5
	// deathStride says at which of the boundaries of a journal a run dies whose
	// files are lost or damaged, wholeStride at which one whose files are whole.
	deathStride = 3
	wholeStride = 2
)

// moveSizes are the migrations of the chaos tests, by how many credentials
// they move.
var moveSizes = []int{40, 60, 80}
