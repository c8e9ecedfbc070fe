//go:build !wine

package rightstest

// groups reports whether access control lists can name groups.
const groups = true
