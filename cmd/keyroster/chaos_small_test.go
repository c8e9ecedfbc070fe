//go:build !chaos

package main

// chaosWorlds is how many random worlds the chaos tests run for each provider;
// the build tag chaos runs many more.
const chaosWorlds = 7
