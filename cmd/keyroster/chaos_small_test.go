//go:build !chaos

package main

// chaosWorlds is how many random worlds the chaos tests run for each provider; chaosKillAll says
// whether a run is killed in each of them, not just in every second. The build tag chaos runs many
// more.
const (
	chaosWorlds  = 7
	undoWorlds   = 1
	chaosKillAll = false
	// agreeWorlds is the number of worlds for each provider, agreeRuns that of the settings each is
	// run under; their results must agree.
	agreeWorlds = 1
	agreeRuns   = 5
	// deathStride is the step between the journal boundaries at which a run dies whose files are
	// lost or damaged, wholeStride that for a run whose files are whole.
	deathStride = 3
	wholeStride = 2
)

// moveSizes are the migrations of the chaos tests, by how many credentials they move.
var moveSizes = []int{40, 60, 80}
