//go:build !chaos && race

package fleet_test

// simWorlds is lower here, as each world takes ten times as long.
const simWorlds, simNights = 25, 200
