package failure

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// Plural is a number with its noun: "1 row", "3 rows".
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// DurationText is a duration in its two largest units: "45 seconds", "26 hours", "3 days and 4
// hours". Up to two days it counts hours, as a clock does; beyond that, days.
func DurationText(d time.Duration) string {
	if d < time.Second {
		return cmp.Or(d.Round(time.Millisecond), time.Millisecond).String()
	}
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return Plural(int(d.Round(time.Second)/time.Second), "second")
	case d < time.Hour:
		return twoUnits(d.Round(time.Second), time.Minute, "minute", time.Second, "second")
	case d < 2*day:
		return twoUnits(d.Round(time.Minute), time.Hour, "hour", time.Minute, "minute")
	case d < 10*day:
		return twoUnits(d.Round(time.Hour), day, "day", time.Hour, "hour")
	}
	return Plural(int(d.Round(day)/day), "day")
}

func twoUnits(d, large time.Duration, largeWord string, small time.Duration, smallWord string) string {
	words := Plural(int(d/large), largeWord)
	if rest := int(d % large / small); rest > 0 {
		words = fmt.Sprintf("%s and %s", words, Plural(rest, smallWord))
	}
	return words
}

// shownNames is how many names a list shows before it counts the rest.
const shownNames = 10

// List is a list of names for a sentence; a long one shows the first, and a count.
func List(names []string) string {
	if more := len(names) - shownNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shownNames], ", "), more)
	}
	return strings.Join(names, ", ")
}
