package plainfile

import "time"

// Held reports whether an error says that another program has the file open and locks
// all others out, as programs may on Windows.
func Held(err error) bool { return isHeld(err) }

// holdTries and holdPause bound the wait for a file that is held: virus scanners
// and indexers open what was just written, and soon release it.
const (
	holdTries = 40
	holdPause = 50 * time.Millisecond
)

// Insist repeats do, for up to two seconds, as long as passing says that its error may pass.
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
