//go:build wine

package rightstest

// groups: Wine makes permissions of Unix of a list, and drops all groups but everyone.
const groups = false
