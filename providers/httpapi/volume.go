package httpapi

import (
	"fmt"
	"sync/atomic"
)

// ListMax is what all the pages of one list may hold together: room for some millions of
// records. Every page may be small, and the list endless.
const ListMax = 1024 * mebibyte

// Volume adds up the decoded bodies of calls that belong together. It is safe for
// concurrent use, and a nil one counts nothing.
type Volume struct {
	most  int64
	spent atomic.Int64
}

// NewVolume makes a volume of at most that many bytes.
func NewVolume(most int64) *Volume { return &Volume{most: most} }

// add counts a body; it returns an error if that makes it too much.
func (v *Volume) add(read int64) *attemptError {
	if v == nil || v.spent.Add(read) <= v.most {
		return nil
	}
	return &attemptError{
		kind:   unusable,
		reason: fmt.Sprintf("the list is larger than %s and still has no end", sizeText(v.most)),
	}
}
