package storage

import (
	"testing"

	"github.com/rs/zerolog"
)

// TestDatabaseWithFlags: a database is found by its users whatever flags the command line has:
// commands of a fleet, tokens and shared rates ask for it.
func TestDatabaseWithFlags(t *testing.T) {
	for name, o := range map[string]Options{
		"none": {}, "configuration": {Config: "else where/keyroster.yaml"}, "all": {Config: "c", State: "s", Runs: "r"},
	} {
		t.Run(name, func(t *testing.T) {
			o.Log, o.Getenv = zerolog.Nop(), func(string) string { return "" }
			s, want := New(o), &Database{}
			s.opened = s.withFlags(want)
			if got, err := s.Database(); got != want || err != nil {
				t.Errorf("the database is %v, %v", got, err)
			}
			if got, err := s.Fleet(); got != want || err != nil {
				t.Errorf("the fleet is %v, %v", got, err)
			}
		})
	}
}
