package sandbox

import "testing"

func TestJournalForgetsTheOldest(t *testing.T) {
	var j journal
	for range logChunk*logChunks + 1 {
		j.add(Entry{})
	}
	entries := j.entries()
	if n := len(entries); n != logChunk*(logChunks-1)+1 {
		t.Errorf("%d entries kept", n)
	}
	for i, e := range entries {
		if want := logChunk*logChunks + 1 - len(entries) + i + 1; e.Seq != want {
			t.Fatalf("entry %d has number %d, want %d", i, e.Seq, want)
		}
	}
}
