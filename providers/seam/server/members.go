package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// members is a JSON object whose members keep their text. It is not changed
// once a record holds it; with makes a changed copy.
type members map[string]json.RawMessage

func readMembers(object []byte) (members, error) {
	m := members{}
	if err := json.Unmarshal(object, &m); err != nil || m == nil {
		return nil, errors.New("is not a JSON object")
	}
	for name, value := range m {
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return nil, fmt.Errorf("%s is not JSON", name)
		}
		m[name] = compact.Bytes()
	}
	return m, nil
}

// take decodes a member, if it is there. The error names the member and never
// its value.
func (m members) take(name string, into any) error {
	value, found := m[name]
	if !found {
		return nil
	}
	if err := json.Unmarshal(value, into); err != nil {
		return fmt.Errorf("%s is of the wrong kind", name)
	}
	return nil
}

// takeTime decodes a member that is a time or null.
func (m members) takeTime(name string, into *time.Time) error {
	var text *string
	if err := m.take(name, &text); err != nil || text == nil {
		return err
	}
	at, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return fmt.Errorf("%s is not a time of RFC 3339", name)
	}
	*into = at
	return nil
}

// fallback sets what is not there.
func (m members) fallback(name string, value any) {
	if _, found := m[name]; !found {
		m[name] = marshal(value)
	}
}

// drop is a change that takes a member away.
type drop struct{}

// with is a copy with some members changed.
func (m members) with(changes map[string]any) members {
	out := maps.Clone(m)
	for name, value := range changes {
		if value == (drop{}) {
			delete(out, name)
			continue
		}
		out[name] = marshal(value)
	}
	return out
}

// object encodes the members, first first and the others in the order of
// their names.
func (m members) object(first string) []byte {
	names := slices.Sorted(maps.Keys(m))
	if i := slices.Index(names, first); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, first)
	}
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, marshal(name)...), ':')
		b = append(b, m[name]...)
	}
	return append(b, '}')
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
