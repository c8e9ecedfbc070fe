//go:build !unix

package storetest

// umask is not known here.
func umask(int) func() { return func() {} }
