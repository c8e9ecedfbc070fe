//go:build chaos

package main

const (
	chaosWorlds  = 100
	chaosKillAll = true
	agreeWorlds  = 5
	agreeRuns    = 12
)
