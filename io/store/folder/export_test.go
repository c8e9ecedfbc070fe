package folder

import "keyroster/io/store"

// Die releases a lock as the system does for a process that was killed: nothing is written down.
func Die(held store.Lock) error {
	l := held.(*lock)
	l.lost.Store(&errReleased)
	return l.flock.Unlock()
}
