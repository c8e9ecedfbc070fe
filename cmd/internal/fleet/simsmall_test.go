//go:build !chaos && !race

package fleet_test

// simWorlds is how many worlds [TestSimulation] runs, and simNights how many nights these have at
// least. The build tag chaos has it run many more.
const simWorlds, simNights = 185, 2200
