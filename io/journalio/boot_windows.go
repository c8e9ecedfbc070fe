package journalio

import (
	"strconv"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// timeOfDay is the system's own SYSTEM_TIMEOFDAY_INFORMATION.
type timeOfDay struct {
	boot, now, zoneBias   int64
	zone, _               uint32
	bootBias, asleepTicks uint64
}

// machineBoot names this run of the machine: the moment that it began at, in hundreds of
// nanoseconds. Setting the clock moves that moment, which costs a check but no line.
var machineBoot = sync.OnceValue(func() string {
	var t timeOfDay
	err := windows.NtQuerySystemInformation(
		windows.SystemTimeOfDayInformation, unsafe.Pointer(&t), uint32(unsafe.Sizeof(t)), nil,
	)
	if err != nil || t.boot == 0 {
		return ""
	}
	return strconv.FormatInt(t.boot, 16)
})
