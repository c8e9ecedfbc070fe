//go:build !unix

package storetest

// umask does nothing: this system has none.
func umask(int) func() { return func() {} }
