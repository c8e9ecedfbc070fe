package pgstore

import (
	"bytes"
	"sync"

	"keyroster/io/store"
)

// written caches the files of a run that this process made, and whether it made a journal: no
// other process writes there while it has the lock. For other runs it is nil and knows nothing.
type written struct {
	mu sync.Mutex
	// files are their contents; nil for one that is too large to cache.
	files map[string][]byte
	// doubt: a statement failed that may still have taken effect.
	doubt bool
}

// keptMax is the size up to which a written file is cached.
const keptMax = 128 << 10

// kept collects what is written, as long as it is not too large.
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

// put records the result of writing a file.
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
	if name == store.ManifestFile { // not cached: the manifest is for checking what the database has
		for name := range w.files {
			w.files[name] = nil
		}
	}
}

// gone records the result of removing a file.
func (w *written) gone(name string, err error) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.doubt = w.doubt || err != nil
	delete(w.files, name)
}

// find is the content of a file, nil where it is not cached; there reports whether the file
// exists, if known.
func (w *written) find(name string) (data []byte, there, known bool) {
	if w == nil {
		return nil, false, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	data, there = w.files[name]
	return data, there, !w.doubt
}
