package officeio

import (
	"strings"
	"testing"
)

// TestChunks keeps texts whose lengths meet the ends of chunks.
func TestChunks(t *testing.T) {
	lengths := []int{
		0, firstChunk - 1, 0, 1, firstChunk, 0, 2*firstChunk - 1, 0, 0, MaxText - 1, 0, 3, MaxText - 1, MaxText - 1,
	}
	for range 10 {
		lengths = append(lengths, maxChunk/4, 0)
	}
	var kept Texts
	var texts []string
	for i, n := range lengths {
		texts = append(texts, strings.Repeat(string(rune('a'+i%26)), n))
		if !kept.Add([]byte(texts[i])) {
			t.Fatalf("no room for text %d", i)
		}
	}
	if kept.Len() != len(texts) {
		t.Fatalf("kept %d texts, want %d", kept.Len(), len(texts))
	}
	for i := range texts {
		if kept.At(i) != texts[i] {
			t.Errorf("text %d of %d bytes came back with %d", i, len(texts[i]), len(kept.At(i)))
		}
	}
}
