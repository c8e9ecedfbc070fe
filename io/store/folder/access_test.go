package folder

import "testing"

func TestTenantFolder(t *testing.T) {
	for _, c := range [][3]string{
		{"linux", "ab.c", "ab.c"},
		{"linux", "a.", "a."},
		{"windows", "ab.c", "ab.c"},
		{"windows", "a.", "a%2E"},
		{"windows", "A b:", "%41%20b%3A"},
	} {
		if got := tenantFolder(c[0], c[1]); got != c[2] {
			t.Errorf("%s on %s: %s, want %s", c[1], c[0], got, c[2])
		}
	}
}
