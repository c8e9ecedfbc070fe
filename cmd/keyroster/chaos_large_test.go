//go:build chaos

package main

const chaosWorlds = 80
