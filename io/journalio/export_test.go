package journalio

import "io"

// StartOn starts a new journal on something that need not be a file, so that it can fail or be slow
// on purpose.
func StartOn(f file) *Journal { return start(f, nil, point{}) }

// ReplayOf verifies a journal that is not in a file; good is the length of its good lines.
func ReplayOf(r io.Reader) (said *Replay, good int64, err error) {
	return replay(r, "test", point{})
}

// StartMachineAgain simulates a restart of the machine for the journals of a test.
func StartMachineAgain(t interface{ Cleanup(func()) }) {
	was := bootID
	bootID = func() string { return "another boot" }
	t.Cleanup(func() { bootID = was })
}
