//go:build chaos && long

package main

const (
	chaosWorlds  = 100
	undoWorlds   = 40
	chaosKillAll = true
	agreeWorlds  = 5
	agreeRuns    = 12
	deathStride  = 1
	wholeStride  = 1
)

var moveSizes = []int{60, 90, 120, 60, 90, 120, 60, 90, 120, 300, 300, 300, 1000, 10_000}
