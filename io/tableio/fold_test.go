package tableio

import "testing"

func TestEdits(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"value", "value", 0},
		{"valeu", "value", 2},
		{"valu", "value", 1},
		{"values", "value", 1},
		{"", "ab", 2},
		{"value", "type", 3},
		{"état", "etat", 1},
		{"holder", "h", 3},
	}
	for _, tt := range tests {
		if got := min(edits(tt.a, tt.b, 2), 3); got != tt.want {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestFold(t *testing.T) {
	tests := []struct{ header, want string }{
		{"Credential ID", "credentialid"}, {"\ufeff holder_e-mail:", "holderemail"}, {"Cle\u0301", "cl\u00e9"}, {"№", "№"}, {" # ", "#"}, {"", ""}, {"metadata.name", "metadataname"},
	}
	for _, tt := range tests {
		if got := fold(tt.header); got != tt.want {
			t.Errorf("fold(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

// The pairs of letters are pairs: a foreign one, then its Latin twin.
func TestLookAlikes(t *testing.T) {
	for foreign, latin := range latinTwin {
		if foreign < 0x250 || latin > 'z' {
			t.Errorf("pair %q %q is out of step", foreign, latin)
		}
	}
}
