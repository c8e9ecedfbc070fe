package rosterio

import (
	"strings"
	"testing"
)

func TestEdits(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"value", "value", 0},
		{"valeu", "value", 1},
		{"vlaue", "value", 1},
		{"emial", "email", 1},
		{"ab", "ba", 1},
		{"abc", "ca", 3},
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

// TestMisspelt: a header that is taken for a misspelling stops the roster, so short words that
// merely look alike must not be; a misspelling that goes unnoticed costs a column its effect.
func TestMisspelt(t *testing.T) {
	columns := []string{
		"credential_id", "acs_system_id", "holder_id", "holder_email", "type", "value", "starts_at", "ends_at", "state", "title",
	}
	aliases := make([][]string, len(columns))
	aliases[0], aliases[4], aliases[5] = []string{"acs_credential_id"}, []string{"access_method"}, []string{"code"}
	n := newNames(columns, aliases)
	for _, tt := range []struct{ want, headers string }{
		{"value", "vlaue valeu Valu values vaule value2 valve cod coed codes"},
		{"credential_id", "credental_id credentail_id credentialid2 credntal_id crednetial_id acs_credental_id"},
		{"holder_email", "holder_emial holder_mail holder_e-mial"},
		{"holder_id", "holdr_id hodler_id holder_ids"},
		{"type", "typ tpye types acces_method"},
		{"starts_at", "start_at strats_at starts"},
		{"ends_at", "end_at ends_ta"},
		{"state", "stat staet stste"},
		{"", "note notes site mode node name date rate gate hide home dept floor role zone age tier site_id note_1 remark email phone badge"},
		{"", "statement estate typing coder_name valuation status country"},
	} {
		for header := range strings.FieldsSeq(tt.headers) {
			got := ""
			if col := n.misspelt(headerKey(header)); col >= 0 {
				got = columns[col]
			}
			if got != tt.want {
				t.Errorf("%s is taken for %q, want %q", header, got, tt.want)
			}
		}
	}
}

func TestHeaderKey(t *testing.T) {
	tests := []struct{ header, want string }{
		{"Credential ID", "credentialid"}, {"\ufeff holder_e-mail:", "holderemail"}, {"Cle\u0301", "cl\u00e9"}, {"№", "№"}, {" # ", "#"}, {"", ""}, {"metadata.name", "metadataname"},
	}
	for _, tt := range tests {
		if got := headerKey(tt.header); got != tt.want {
			t.Errorf("headerKey(%q) = %q, want %q", tt.header, got, tt.want)
		}
	}
}

// TestLookAlikes: each pair of letters is a foreign one and its Latin twin, in that order.
func TestLookAlikes(t *testing.T) {
	for foreign, latin := range latinTwin {
		if foreign < 0x250 && foreign != 'ı' || latin > 'z' {
			t.Errorf("pair %q %q is out of step", foreign, latin)
		}
	}
}
