package plainfile

import (
	"errors"

	"golang.org/x/sys/windows"
)

func isHeld(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}
