//go:build postgres && !long

package main

// For each submission, the fleet tests run at a share of their full size; the build tag long runs
// them at full size.
const (
	fleetAccounts = 18
	fleetRecords  = 45
	fleetChanges  = 40
	fleetKills    = 3
	fleetPaced    = 18
	fleetMost     = 30 // requests that a busy machine delays arrive together
	fleetVictims  = 12
)
