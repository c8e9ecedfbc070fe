//go:build !chaos && !race

package fleet_test

// simWorlds is how many worlds [TestSimulation] lives through: more than 1,000 nights. The
// build tag chaos does many more.
const simWorlds = 100
