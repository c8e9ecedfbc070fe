//go:build postgres && long

package main

const (
	fleetAccounts = 200
	fleetRecords  = 120
	fleetChanges  = 40
	fleetKills    = 20
	fleetVictims  = 32
)
