//go:build chaos && long

package fleet_test

// simWorlds is large enough for simNights.
const simWorlds, simNights = 23_700, 300_000
