package sandbox

import (
	"slices"
	"sync"
	"time"
)

// Entry is one request in the sandbox's log.
type Entry struct {
	// Seq counts the answers from 1, in the order in which they were given.
	Seq int `json:"seq"`
	// At is when the request arrived.
	At     time.Time `json:"at"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query"`
	// Status is the answer's status, 0 if the connection was cut instead.
	Status int `json:"status"`
	// Applied: the request changed the state, whatever was answered.
	Applied bool `json:"applied"`
	// Fault is the fault that the request met, by its name in --faults, or empty.
	Fault string `json:"fault"`
}

// logChunk entries are kept or dropped together; logChunks of them are kept, about half a
// million requests, so that a sandbox can be left running.
const (
	logChunk  = 4096
	logChunks = 128
)

// journal is the log of requests.
type journal struct {
	mu     sync.Mutex
	chunks [][]Entry
	last   int
}

// add numbers the entry and keeps it.
func (j *journal) add(e Entry) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	e.Seq = j.last
	if n := len(j.chunks); n == 0 || len(j.chunks[n-1]) == logChunk {
		if n == logChunks {
			copy(j.chunks, j.chunks[1:])
			j.chunks = j.chunks[:n-1]
		}
		j.chunks = append(j.chunks, nil) // most sandboxes see few requests
	}
	n := len(j.chunks) - 1
	j.chunks[n] = append(j.chunks[n], e)
}

// entries returns a copy of the log.
func (j *journal) entries() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	if all := slices.Concat(j.chunks...); all != nil {
		return all
	}
	return []Entry{}
}

func (j *journal) reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.chunks, j.last = nil, 0
}
