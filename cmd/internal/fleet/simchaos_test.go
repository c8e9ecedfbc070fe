//go:build chaos && !long

package fleet_test

// simWorlds is large enough for simNights.
const simWorlds, simNights = 7900, 100_000
