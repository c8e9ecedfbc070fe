//go:build chaos && long

package fleet_test

// simWorlds are those of at least 100,000 nights.
const simWorlds = 8700
