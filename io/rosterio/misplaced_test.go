package rosterio_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStatusThatIsNotRead: the status column of a list may say who leaves, and is not ignored
// silently; that of an export, which has ids, is, and so is one beside a state column.
func TestStatusThatIsNotRead(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		lines        []string
		want         []string
	}{
		{
			"a list", "holder_email,type,value,Status",
			[]string{"a@example.com,pin,0420,inactive", "b@example.com,pin,0421,active"},
			[]string{`the column "Status" is not read: whoever is to lose something has absent in a column state`},
		},
		{
			"absent", "holder_email,type,value,Status",
			[]string{"a@example.com,pin,0420,Absent"},
			[]string{`the cell says absent, but the column "Status" is only for exports and is not read`},
		},
		{"blank", "holder_email,type,value,Status", []string{"a@example.com,pin,0420,"}, nil},
		{"an export", "credential_id,holder_email,type,value,status", []string{"K1,a@example.com,pin,0420,issued"}, nil},
		{"beside a state", "holder_email,type,value,status,state", []string{"a@example.com,pin,0420,inactive,absent"}, nil},
	} {
		roster := decodeCSV(t, strings.Join(append([]string{tt.header}, tt.lines...), "\n"))
		var got []string
		for _, p := range roster.Problems {
			got = append(got, p.Message)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
