package rosterio_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/io/rosterio"
)

// TestCheckComparesRows: a check compares rows with each other, even without records.
func TestCheckComparesRows(t *testing.T) {
	const head = "credential_id,holder_email,type,value,starts_at,ends_at,state\n"
	for name, c := range map[string]struct {
		rows string
		want []string
	}{
		"twice the same": {
			",kim@example.com,card,1001,,,\n,KIM@example.com,Card,1001,,,\n",
			[]string{"3 repeated_row warning"},
		},
		"two values": {
			",kim@example.com,card,1001,,,\n,kim@example.com,card,1002,,,\n",
			[]string{"3 rival_rows warning"},
		},
		"two types":    {",kim@example.com,card,1001,,,\n,kim@example.com,pin,1002,,,\n", nil},
		"two people":   {",kim@example.com,card,1001,,,\n,lee@example.com,card,1002,,,\n", nil},
		"one goes":     {",kim@example.com,card,1001,,,absent\n,kim@example.com,card,1002,,,\n", nil},
		"by their ids": {"c1,kim@example.com,card,1001,,,\nc2,kim@example.com,card,1002,,,\n", nil},
		"dates reversed": {
			",kim@example.com,card,1001,2026-02-01,2026-01-31,\n",
			[]string{"2 ends_at dates_reversed warning"},
		},
		"a single day": {",kim@example.com,card,1001,2026-02-01,2026-02-01,\n", nil},
		"another zone": {",kim@example.com,card,1001,2026-02-01T08:00:00Z,2026-02-01T07:00:00,\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "r.csv")
			if err := os.WriteFile(path, []byte(head+c.rows), 0o600); err != nil {
				t.Fatal(err)
			}
			schema := badges()
			schema.OneEach = true
			options := rosterio.Options{Schema: schema, Row: badgeRow{}, CheckValues: true}
			roster, err := rosterio.Read(t.Context(), []string{path}, options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, briefs(roster.Problems)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			options.CheckValues = false
			if plain, err := rosterio.Read(t.Context(), []string{path}, options); err != nil || len(plain.Problems) > 0 {
				t.Errorf("a plan warns of them before it looks: %v (%v)", plain.Problems, err)
			}
		})
	}
}
