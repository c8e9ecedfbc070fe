//go:build wine

package rightstest

// groups: Wine turns a list into Unix permissions, and drops all groups but everyone.
const groups = false
