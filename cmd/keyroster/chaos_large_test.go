//go:build chaos

package main

const (
	chaosWorlds  = 100
	chaosKillAll = true
)
