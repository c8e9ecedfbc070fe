package journalio_test

import (
	"testing"

	"keyroster/io/journalio"
)

// panicking is a file whose write or sync panics, as with a bug in the program.
type panicking struct{ write, sync bool }

func (p panicking) Write(b []byte) (int, error) {
	if p.write {
		panic("a mistake")
	}
	return len(b), nil
}

func (p panicking) Sync() error {
	if p.sync {
		panic("a mistake")
	}
	return nil
}

func (panicking) Close() error { return nil }

// TestMistakesEndTheJournal: a panic while the journal is written is a failure of the journal,
// reported to whoever waits for the line, and does not end the process.
func TestMistakesEndTheJournal(t *testing.T) {
	for name, file := range map[string]panicking{"write": {write: true}, "sync": {sync: true}} {
		j := journalio.StartOn(file)
		for n := range 2 {
			if err := j.Append(true, journalio.Entry{Kind: journalio.KindIntent, Line: 1}); err == nil {
				t.Errorf("%s: append %d went well", name, n+1)
			}
		}
		if err := j.Close(); err == nil {
			t.Errorf("%s: closed without its error", name)
		}
	}
}
