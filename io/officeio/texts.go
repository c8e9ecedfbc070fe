package officeio

import "strings"

const (
	// A chunk holds whole texts; small files need only the first, small one.
	firstChunk = 16 << 10
	maxChunk   = 1 << 20
	maxChunks  = 1<<24 - 1
	// MaxText is the length in bytes that a cell's text, and one of [Texts], stays below.
	// Spreadsheets stop at 32,767 characters, other writers may not.
	MaxText = 1 << 20
)

// Texts keeps texts packed in chunks, with 8 bytes each for their place. A text that is
// handed out keeps only its chunk in memory.
type Texts struct {
	chunks []string
	refs   []textRef
	// chunk is the one being filled, of limit bytes.
	chunk strings.Builder
	limit int
}

// textRef is a text's place: chunk (24 bits), offset and length (20 each).
type textRef uint64

// Len is the number of texts.
func (t *Texts) Len() int { return len(t.refs) }

// Add keeps a text, which is shorter than [MaxText]. False when there is no room.
func (t *Texts) Add(text []byte) bool {
	t.limit = max(t.limit, firstChunk)
	// A full chunk takes no more, not even an empty text, whose offset would not fit in 20 bits.
	if t.chunk.Len()+len(text) >= t.limit && t.chunk.Len() > 0 {
		t.chunks, t.chunk = append(t.chunks, t.chunk.String()), strings.Builder{}
		t.limit = min(2*t.limit, maxChunk)
	}
	if len(t.chunks) >= maxChunks {
		return false
	}
	if t.chunk.Cap() == 0 {
		t.chunk.Grow(max(t.limit, len(text)))
	}
	t.refs = append(t.refs, textRef(len(t.chunks))<<40|textRef(t.chunk.Len())<<20|textRef(len(text)))
	t.chunk.Write(text)
	return true
}

// At is text i, which must exist.
func (t *Texts) At(i int) string {
	ref := t.refs[i]
	chunk := t.chunk.String()
	if n := int(ref >> 40); n < len(t.chunks) {
		chunk = t.chunks[n]
	}
	from := int(ref >> 20 & 0xFFFFF)
	return chunk[from : from+int(ref&0xFFFFF)]
}
