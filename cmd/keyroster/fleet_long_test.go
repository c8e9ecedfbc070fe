//go:build postgres && long

package main

const (
	fleetAccounts = 200
	fleetRecords  = 120
	fleetChanges  = 40
	fleetKills    = 20
	fleetPaced    = 40
	fleetMost     = 22
	fleetVictims  = 32
)
