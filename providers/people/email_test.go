package people_test

import (
	"testing"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

func TestCheckEmail(t *testing.T) {
	for address, good := range map[string]bool{
		"": true, "ann@example.com": true, "Ann.O'Neil+door@example.com": true,
		"jürgen@exämple.com": true, "ann@localhost": true,
		"ann": false, "@example.com": false, "ann@": false, "ann@example.com.": false,
		"ann@.example.com": false, "ann@example..com": false,
		"mailto:ann@example.com": false, "Ann <ann@example.com>": false,
		"ann@example.com;bob@example.com": false, "ann@@example.com": false,
	} {
		found := false
		people.CheckEmail(address, func(reconcile.Finding) { found = true })
		if found == good {
			t.Errorf("%q: refused is %t", address, found)
		}
	}
}
