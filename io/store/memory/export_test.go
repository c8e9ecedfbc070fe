package memory

import "keyroster/io/store"

// Die ends a process that holds a lease: its remaining handles count as another process's.
func Die(held store.Lock) {
	l := held.(*lock)
	s := l.tenant.store
	s.lock()
	defer s.unlock()
	l.tenant.make().revoke(true, errReleased)
}
