package fake

import (
	"fmt"
	"time"

	"keyroster/providers/sandbox"
)

// takeTime decodes a member that is a time or null.
func takeTime(m sandbox.Object, name string, into *time.Time) error {
	var text *string
	if err := m.Take(name, &text); err != nil || text == nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return fmt.Errorf("%s is not a time of RFC 3339", name)
	}
	*into = at
	return nil
}

// stamp is a time as Seam writes it: in UTC, with milliseconds, or with
// microseconds where those say more.
func stamp(at time.Time) string {
	at = at.UTC()
	if at.Nanosecond()%int(time.Millisecond) != 0 {
		return at.Format("2006-01-02T15:04:05.000000Z")
	}
	return at.Format("2006-01-02T15:04:05.000Z")
}
