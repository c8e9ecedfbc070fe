package journalio

import "io"

// StartOn is a new journal on a file that need not be one, to fail or to be
// slow on purpose.
func StartOn(f file) *Journal { return start(f, nil, point{}) }

// ReplayOf verifies a journal that is not in a file; good is the length of its
// good lines.
func ReplayOf(r io.Reader) (said *Replay, good int64, err error) {
	return replay(r, "test", point{})
}

// StartMachineAgain has this run of the machine end for the journals of a test.
func StartMachineAgain(t interface{ Cleanup(func()) }) {
	was := bootID
	bootID = func() string { return "another boot" }
	t.Cleanup(func() { bootID = was })
}
