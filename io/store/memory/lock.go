package memory

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"keyroster/io/store"
)

// lock implements [store.Lock]. It is held as long as the record points to it and, if it is a
// lease, has not ended.
type lock struct {
	tenant *tenant
	left   store.Holder
	freed  time.Time

	stop     chan struct{} // closed when renewing must stop
	renewing sync.WaitGroup

	// The mutex of the memory guards these.
	renewed time.Time // when a lease was renewed last
	gone    error     // why the lock is no longer held, nil while it is
}

var (
	errReleased = errors.New("it was released")
	errTaken    = errors.New("it was taken away")
	errLapsed   = errors.New("its lease could not be renewed in time")
)

// Lock implements [store.Tenant]. PID and Host are filled in when they are zero.
func (t *tenant) Lock(holder store.Holder) (store.Lock, error) {
	holder.PID = cmp.Or(holder.PID, t.store.pid)
	holder.Host = cmp.Or(holder.Host, t.store.host)
	if err := t.store.enter(); err != nil {
		return nil, fmt.Errorf("lock %s: %w", t.Place(), err)
	}
	defer t.store.unlock()
	r, now := t.make(), time.Now()
	if r.lock != nil && (!t.store.leased() || now.Before(r.expires)) {
		return nil, &store.LockedError{Place: t.Place(), Holder: r.holder}
	}
	l := &lock{tenant: t, left: r.holder, freed: r.expires, renewed: now, stop: make(chan struct{})}
	r.lock, r.holder = l, holder
	if t.store.leased() {
		r.expires = now.Add(t.store.all.lease)
		t.store.locks[t.owner] = l
		l.renewing.Go(l.renewUntilStopped)
	}
	return l, nil
}

// renewUntilStopped renews the lease each third of its length, and more often after an
// error.
func (l *lock) renewUntilStopped() {
	lease := l.tenant.store.all.lease
	next := lease / 3
	for {
		wait := time.NewTimer(next)
		select {
		case <-l.stop:
			wait.Stop()
			return
		case <-wait.C:
		}
		next = lease / 3
		err := l.change(func(r *record) error {
			l.renewed = time.Now()
			r.expires = l.renewed.Add(lease)
			return nil
		})
		if err != nil {
			next /= 10
		}
		if l.Held() != nil {
			return
		}
	}
}

// markLost records why the lock is no longer held; the first reason stays. The mutex is held.
func (l *lock) markLost(why error) error {
	if l.gone == nil {
		l.gone = why
		close(l.stop)
	}
	return fmt.Errorf("lock %s: %w: %w", l.tenant.Place(), store.ErrNotLocked, l.gone)
}

// Held implements [store.Lock]. A lease that was not renewed counts as lost a tenth of its
// length before it ends.
func (l *lock) Held() error {
	l.tenant.store.lock()
	defer l.tenant.store.unlock()
	return l.held()
}

// held is Held. The mutex is held.
func (l *lock) held() error {
	s := l.tenant.store
	switch {
	case l.gone != nil:
		return l.markLost(nil)
	case s.leased() && elapsedSince(l.renewed) >= s.all.lease/10*9:
		return l.markLost(errLapsed)
	case l.tenant.make().lock != l:
		return l.markLost(errTaken)
	}
	return nil
}

// change changes the record if the lock is held.
func (l *lock) change(do func(*record) error) error {
	if err := l.tenant.store.enter(); err != nil {
		return err
	}
	defer l.tenant.store.unlock()
	if err := l.held(); err != nil {
		return err
	}
	return do(l.tenant.make())
}

// Predecessor implements [store.Lock].
func (l *lock) Predecessor() store.Holder { return l.left }

// ForgetPredecessor implements [store.Lock].
func (l *lock) ForgetPredecessor() { l.left = store.Holder{} }

// Lost implements [store.Lock].
func (l *lock) Lost() <-chan struct{} {
	if l.tenant.store.leased() {
		return l.stop
	}
	return nil
}

// FreedAt implements [store.Lock].
func (l *lock) FreedAt() time.Time { return l.freed }

// Name implements [store.Lock].
func (l *lock) Name(runID string) error {
	err := l.change(func(r *record) error {
		r.holder.RunID = runID
		return nil
	})
	if err != nil {
		return fmt.Errorf("name the run: %w", err)
	}
	return nil
}

// Save implements [store.Lock].
func (l *lock) Save(name store.Document, data []byte) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.change(func(r *record) error {
			r.documents[name] = present(data)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// Drop implements [store.Lock].
func (l *lock) Drop(name store.Document) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.change(func(r *record) error {
			delete(r.documents, name)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("remove %s: %w", name, err)
	}
	return nil
}

// SetKey implements [store.Lock].
func (l *lock) SetKey(name store.Key, text []byte) error {
	err := store.CheckPart(name)
	if err == nil {
		err = l.change(func(r *record) error {
			r.keys[name] = present(text)
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", name, err)
	}
	return nil
}

// Adopt implements [store.Lock].
func (l *lock) Adopt(id string) (made *store.Run, err error) {
	err = l.change(func(*record) error {
		s, of := l.tenant.store, l.tenant.owner
		switch there := s.all.runs[id]; {
		case !store.ValidID(id):
			return fmt.Errorf("%q is not a run id", id)
		case there == nil:
			s.all.runs[id] = &run{of: of, files: map[string]*content{}}
		case there.of != of:
			return fmt.Errorf("run %s belongs to another tenant: %w", id, fs.ErrExist)
		}
		made = store.NewRun(id, &files{store: s, id: id, of: of, lock: s.locks[of]})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make run: %w", err)
	}
	return made, nil
}

// Create implements [store.Lock].
func (l *lock) Create(account string, now time.Time) (made *store.Run, err error) {
	err = l.change(func(*record) error {
		made = l.newRun(account, now)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make run: %w", err)
	}
	return made, nil
}

// Begin implements [store.Lock].
func (l *lock) Begin(run *store.Run) error {
	err := l.change(func(r *record) error {
		r.begun = run.ID()
		return nil
	})
	if err != nil {
		return fmt.Errorf("note the run: %w", err)
	}
	return nil
}

// Close implements [store.Lock]. A lost lock stays with its new holder, and still fences the
// files of its runs.
func (l *lock) Close() error {
	s := l.tenant.store
	s.lock()
	held := l.held() == nil
	_ = l.markLost(errReleased) // if it was not lost before
	s.unlock()
	l.renewing.Wait()
	if !held {
		return nil
	}
	if err := s.enter(); err != nil {
		return fmt.Errorf("unlock %s: %w", l.tenant.Place(), err)
	}
	defer s.unlock()
	if s.locks[l.tenant.owner] == l {
		delete(s.locks, l.tenant.owner)
	}
	if r := l.tenant.make(); r.lock == l {
		// A predecessor that was not handled is passed on to the next holder.
		r.lock, r.holder, r.expires = nil, l.left, time.Time{}
	}
	return nil
}
