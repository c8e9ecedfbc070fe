package journalio

import (
	"sync"

	"golang.org/x/sys/unix"
)

// machineBoot names this run of the machine; it is empty where that is not known.
var machineBoot = sync.OnceValue(func() string {
	id, err := unix.Sysctl("kern.bootsessionuuid")
	if err != nil {
		return ""
	}
	return id
})
