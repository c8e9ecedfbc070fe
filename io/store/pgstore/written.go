package pgstore

import (
	"bytes"
	"sync"

	"keyroster/io/store"
)

// written knows the files of a run that this process made, and whether it made a journal:
// no other process writes there as long as it has the lock. Of a run that it did not make
// it is nil, and knows nothing.
type written struct {
	mu sync.Mutex
	// files are what they hold; nil for one that is too large to be kept here.
	files map[string][]byte
	// doubt: a statement failed, which may have been carried out.
	doubt bool
}

// keptMax is the size up to which what was written is kept to be read again.
const keptMax = 128 << 10

// kept is what is written, as long as it is not too large.
type kept struct {
	bytes.Buffer
	over bool
}

// Write implements io.Writer.
func (k *kept) Write(p []byte) (int, error) {
	if k.over = k.over || k.Len()+len(p) > keptMax; k.over {
		k.Reset()
		return len(p), nil
	}
	return k.Buffer.Write(p)
}

// put notes how a file was written.
func (w *written) put(name string, k *kept, err error) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.files == nil {
		w.files = map[string][]byte{}
	}
	w.doubt = w.doubt || err != nil
	if w.files[name] = nil; !k.over {
		w.files[name] = append([]byte{}, k.Bytes()...)
	}
	if name == store.ManifestFile { // what the database has is held against it
		for name := range w.files {
			w.files[name] = nil
		}
	}
}

// gone notes how a file was removed.
func (w *written) gone(name string, err error) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.doubt = w.doubt || err != nil
	delete(w.files, name)
}

// find is what a file holds, nil where that is not kept; known says that there reports
// whether there is one.
func (w *written) find(name string) (data []byte, there, known bool) {
	if w == nil {
		return nil, false, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	data, there = w.files[name]
	return data, there, !w.doubt
}
