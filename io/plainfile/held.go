package plainfile

import "time"

// Held reports whether an error says that another program has the file open and keeps
// all others out of it, as programs may on Windows.
func Held(err error) bool { return isHeld(err) }

// holdTries and holdPause bound how long a file that is held is waited for: virus
// scanners and indexers look into what was just written, and let go of it.
const (
	holdTries = 40
	holdPause = 50 * time.Millisecond
)

// Insist does what do does again, for two seconds, as long as passing says of its error
// that it may pass.
func Insist(do func() error, passing func(error) bool) error {
	err := do()
	for range holdTries {
		if err == nil || !passing(err) {
			break
		}
		time.Sleep(holdPause)
		err = do()
	}
	return err
}
