//go:build chaos && !long

package fleet_test

// simWorlds are enough for simNights.
const simWorlds, simNights = 7900, 100_000
