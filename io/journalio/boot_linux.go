package journalio

import (
	"os"
	"strings"
	"sync"
)

// machineBoot names this run of the machine; it is empty where that is not known.
var machineBoot = sync.OnceValue(func() string {
	text, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
})
