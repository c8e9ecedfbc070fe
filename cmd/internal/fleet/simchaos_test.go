//go:build chaos && !long

package fleet_test

// simWorlds is a share of the worlds: some 15,000 nights. The build tag long has all.
const simWorlds = 1300
