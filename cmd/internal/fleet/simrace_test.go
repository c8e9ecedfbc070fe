//go:build !chaos && race

package fleet_test

// simWorlds are fewer, where each takes ten times as long.
const simWorlds, simNights = 25, 200
