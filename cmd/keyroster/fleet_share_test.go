//go:build postgres && !long

package main

// A share of what is done to a fleet, for each submission; the build tag long does it at
// full size.
const (
	fleetAccounts = 18
	fleetRecords  = 45
	fleetChanges  = 40
	fleetKills    = 3
	fleetVictims  = 12
)
