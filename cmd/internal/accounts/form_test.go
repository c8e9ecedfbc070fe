package accounts

import "testing"

func TestFormFlag(t *testing.T) {
	for text, want := range map[string]Form{"true": Document, "false": Text, "lines": Lines} {
		form := Document
		if err := (FormFlag{&form}).Set(text); err != nil || form != want {
			t.Errorf("--json=%s: %v, %v", text, form, err)
		}
	}
	form := Text
	if err := (FormFlag{&form}).Set("line"); err == nil {
		t.Error("--json=line is taken")
	}
}
