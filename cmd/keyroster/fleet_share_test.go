//go:build postgres && !long

package main

// A share of what is done to a fleet, for each submission; the build tag long does it at
// full size.
const (
	fleetAccounts = 18
	fleetRecords  = 45
	fleetChanges  = 40
	fleetKills    = 3
	fleetPaced    = 18
	fleetMost     = 30 // what a busy machine delays comes at once
	fleetVictims  = 12
)
