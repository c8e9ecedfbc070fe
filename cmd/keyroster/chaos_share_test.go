//go:build chaos && !long

package main

// A share of the worlds, for each submission; the build tag long runs all.
const (
	chaosWorlds  = 40
	undoWorlds   = 6
	chaosKillAll = true
	agreeWorlds  = 2
	agreeRuns    = 12
	deathStride  = 2
	wholeStride  = 1
)

var moveSizes = []int{60, 90, 120, 300, 1000}
