package journalio

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"keyroster/reconcile/rescue"
)

// ErrClosed is the error of an Append to a closed journal.
var ErrClosed = errors.New("the journal is closed")

// file is what a journal needs of its file.
type file interface {
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

// Journal is an open journal. Its methods may be called by many goroutines at once; a goroutine
// of the journal owns the file and the chain. While a sync is under way, lines that need none
// are written meanwhile, and those that need one wait for the next: many writers share one sync.
type Journal struct {
	requests chan *request
	closing  chan struct{}
	closed   chan struct{} // the owner is gone; closeErr is final
	once     sync.Once
	closeErr error

	mu       sync.Mutex
	lastHash string
}

// request is what one Append asks of the owner.
type request struct {
	entries []Entry
	sync    bool
	done    chan error // buffered: the owner never waits for the caller
}

// Create begins the journal of a new run in an empty file, and puts its mark at the
// beginning. Before making the file, the caller must rule out that a journal was
// there and is gone: [Read] of an empty reader and the mark's text reports that.
func Create(f File, m Mark) (*Journal, error) {
	at, err := placeMark(m, point{})
	if err != nil {
		return nil, errors.Join(err, f.Close(), m.Close(false))
	}
	return start(f, at, point{}), nil
}

// Resume continues the journal of a run that did not end, from its open file, its mark
// and the mark's text. It verifies the whole chain; a journal that was changed is a
// [DamageError], which calls the journal name, and stays as it is. A torn tail is cut
// off and recorded by a line of kind recovered, which is on disk when Resume returns;
// Replay.Torn says how long it was, and Entries and LastHash include the new line.
// Whatever Resume returns, it takes care of closing f and m.
//
// The caller ensures that no other process has the journal open.
func Resume(f File, m Mark, markText []byte, name string) (*Journal, *Replay, error) {
	replayed, good, err := replay(f, name, requiredBy(markText))
	if err != nil {
		return nil, nil, errors.Join(err, f.Close(), m.Close(false))
	}
	if replayed.Torn > 0 {
		// Appending to a torn line would glue two lines together.
		if err := f.Truncate(good); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("cut torn tail of journal: %w", err), f.Close(), m.Close(false))
		}
	}
	last := point{int64(replayed.Entries), replayed.LastHash}
	at, err := placeMark(m, last)
	if err != nil {
		return nil, nil, errors.Join(err, f.Close(), m.Close(false))
	}
	j := start(f, at, last)
	if replayed.Torn > 0 {
		e := Entry{
			Kind: KindRecovered, Line: NoLine,
			Note: fmt.Sprintf("cut off a torn line of %d bytes", replayed.Torn),
		}
		if err := j.Append(true, e); err != nil {
			return nil, nil, errors.Join(err, j.Close())
		}
		replayed.Entries++
		replayed.LastHash, replayed.Ended = j.LastHash(), false
	}
	return j, replayed, nil
}

// start begins the owner of a journal whose last line is known; m may be nil.
func start(f file, m *mark, last point) *Journal {
	j := &Journal{
		requests: make(chan *request), closing: make(chan struct{}), closed: make(chan struct{}),
		lastHash: last.Hash,
	}
	o := &owner{journal: j, file: f, mark: m, seq: last.Seq, prev: last.Hash}
	go o.run()
	return j
}

// Append writes entries as consecutive lines. With sync it returns once they,
// and every line before them, are on disk; without, once the [File] has them, which
// no power cut spares; whether they survive the process is up to the File. With
// sync and no entries it only waits for the disk.
//
// The first write or sync that fails is the end of the journal: every further
// Append returns its error, since the file may lack data, and a repeated sync may
// not notice (fsync reports a lost page once).
func (j *Journal) Append(sync bool, entries ...Entry) error {
	for i := range entries {
		if !slices.Contains(kinds, entries[i].Kind) {
			return fmt.Errorf("append to journal: unknown kind %q", entries[i].Kind)
		}
	}
	r := &request{entries: entries, sync: sync, done: make(chan error, 1)}
	select {
	case j.requests <- r:
		return <-r.done
	case <-j.closed:
		return fmt.Errorf("append to journal: %w", ErrClosed)
	}
}

// LastHash is the hash of the last line that was written, empty without one.
func (j *Journal) LastHash() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lastHash
}

func (j *Journal) setLastHash(hash string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lastHash = hash
}

// Close syncs and closes the file and ends the journal's goroutine. It returns
// the error that ended the journal before, if one did; calling it again returns
// the same.
func (j *Journal) Close() error {
	j.once.Do(func() { close(j.closing) })
	<-j.closed
	return j.closeErr
}

// owner is the state of the goroutine that writes.
type owner struct {
	journal *Journal
	file    file
	mark    *mark // nil for none
	seq     int64
	prev    string
	ended   bool  // the last line is of kind end
	failed  error // the first write or sync error
	buf     []byte
	batch   []*request
	// waiting are written and need a sync; syncing are those that the sync
	// under way covers, which answers on synced.
	waiting, syncing []*request
	synced           chan error
	// covers is the last line that the sync under way covers.
	covers point
}

// batchMax bounds the requests of one write, so that none waits for long.
const batchMax = 1024

func (o *owner) run() {
	for {
		select {
		case r := <-o.journal.requests:
			o.gather(r)
			o.write()
		case err := <-o.synced:
			o.endSync(err)
		case <-o.journal.closing:
			o.close()
			return
		}
		o.beginSync()
	}
}

// gather adds the other requests that are waiting to a batch.
func (o *owner) gather(first *request) {
	o.batch = append(o.batch[:0], first)
	for len(o.batch) < batchMax {
		select {
		case r := <-o.journal.requests:
			o.batch = append(o.batch, r)
		default:
			return
		}
	}
}

// write numbers, chains and writes the lines of a batch in one call.
func (o *owner) write() {
	if o.failed == nil {
		// A panic here ends the journal, as a full disk does: nothing more is sent,
		// and the process lives to report it.
		o.failed = rescue.Guarded(o.writeLines)()
	}
	for i, r := range o.batch {
		if o.failed == nil && r.sync {
			o.waiting = append(o.waiting, r)
		} else {
			r.done <- o.failed
		}
		o.batch[i] = nil
	}
}

func (o *owner) writeLines() error {
	o.buf = o.buf[:0]
	seq, prev, ended := o.seq, o.prev, o.ended
	now := time.Now().UTC()
	for _, r := range o.batch {
		for _, e := range r.entries { // a copy: the caller's stay as they are
			seq++
			e.Seq, e.At, e.Prev = seq, now, prev
			o.buf = e.seal(o.buf)
			prev, ended = e.Hash, e.Kind == KindEnd
		}
	}
	if len(o.buf) == 0 {
		return nil
	}
	if _, err := o.file.Write(o.buf); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	o.seq, o.prev, o.ended = seq, prev, ended
	o.journal.setLastHash(prev)
	if o.mark == nil {
		return nil
	}
	return o.mark.written(seq, prev)
}

// beginSync starts a sync for everything written so far, unless one is under
// way: a line written after its start may not be covered by it.
func (o *owner) beginSync() {
	if o.synced != nil || len(o.waiting) == 0 {
		return
	}
	o.syncing, o.waiting = o.waiting, o.syncing[:0]
	synced := make(chan error, 1)
	o.synced, o.covers = synced, point{o.seq, o.prev}
	go func() { synced <- rescue.Guarded(o.file.Sync)() }()
}

func (o *owner) endSync(err error) {
	o.synced = nil
	if err == nil && o.mark != nil {
		err = rescue.Guarded(func() error { return o.mark.synced(o.covers) })()
	}
	if err != nil && o.failed == nil {
		o.failed = fmt.Errorf("sync journal: %w", err)
	}
	answer(o.syncing, o.failed)
	o.syncing = o.syncing[:0]
	if o.failed != nil {
		answer(o.waiting, o.failed)
		o.waiting = o.waiting[:0]
	}
}

func answer(requests []*request, err error) {
	for i, r := range requests {
		r.done <- err
		requests[i] = nil
	}
}

// close answers all requests, syncs what is left and closes the file.
func (o *owner) close() {
	if o.synced != nil {
		o.endSync(<-o.synced)
	}
	if o.failed == nil {
		if err := o.file.Sync(); err != nil {
			o.failed = fmt.Errorf("sync journal: %w", err)
		} else if o.mark != nil {
			o.failed = o.mark.synced(point{o.seq, o.prev})
		}
	}
	answer(o.waiting, o.failed)
	err := o.file.Close()
	if err != nil {
		err = fmt.Errorf("close journal: %w", err)
	}
	if o.mark != nil {
		err = errors.Join(err, o.mark.close(o.ended && o.failed == nil))
	}
	o.journal.closeErr = errors.Join(o.failed, err)
	close(o.journal.closed)
}
