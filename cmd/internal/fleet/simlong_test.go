//go:build chaos && long

package fleet_test

// simWorlds are enough for simNights.
const simWorlds, simNights = 23_700, 300_000
