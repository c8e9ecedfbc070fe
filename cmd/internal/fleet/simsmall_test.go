//go:build !chaos && !race

package fleet_test

// simWorlds is how many worlds [TestSimulation] lives through, and simNights how many nights
// these have at least. The build tag chaos does many more.
const simWorlds, simNights = 185, 2200
