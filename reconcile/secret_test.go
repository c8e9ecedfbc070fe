package reconcile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

// planted has letters that occur in no address: %p prints addresses, in which digits alone would be
// found by chance.
const planted = "ZQWK213TYX"

type holdsSecrets struct {
	secret Secret
	cell   *Set
	record Record
	nested struct{ Secret Secret }
	list   []Secret
	table  map[string]Secret
	Open   Secret
}

func TestSecretsPrintAsMasks(t *testing.T) {
	set := setOf(badgeSchema(), rec{"credential_id": "A", "value": planted})
	s := NewSecret(planted)
	h := holdsSecrets{secret: s, cell: set, record: set.Record(0), list: []Secret{s}, table: map[string]Secret{"x": s}, Open: s}
	h.nested.Secret = s
	roster := NewRoster(set.Schema())
	roster.Add(0, 0, 2, set.Record(0).Cells(nil))
	roster.Refuse(0, 4, s)
	packed, err := Pack(&Snapshot{Roster: roster})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{
		"secret": s, "pointer": &s, "struct": h, "pointer to struct": &h, "set": set, "set value": *set, "record": set.Record(0),
		"records": []Record{set.Record(0)}, "map": map[Secret]Record{s: set.Record(0)}, "cell": set.Record(0).Cell(4), "cells": set.Record(0).Cells(nil),
		"change": Change{Want: set.Record(0), Have: set.Record(0)}, "plan": &Plan{Want: set, Have: set},
		"packed": packed, "packed roster": packed.Roster, "packed cell": packed.Roster.Refused[0],
	}
	for name, v := range values {
		t.Run(name, func(t *testing.T) {
			for _, verb := range "vsqxXdboOcUeEfFgGtTp" {
				for _, flag := range []string{"", "+", "#", " ", "-", "0"} {
					guard(t, "%"+flag+string(verb), fmt.Sprintf("%"+flag+string(verb), v))
				}
			}
			if text, err := json.Marshal(v); err == nil {
				guard(t, "json", string(text))
			}
			var log bytes.Buffer
			logger := zerolog.New(&log)
			logger.Info().Interface("v", v).Any("w", v).Msg("")
			guard(t, "zerolog", log.String())
			guard(t, "error", fmt.Errorf("bad: %v", v).Error())
		})
	}
}

func guard(t *testing.T, how, text string) {
	t.Helper()
	for _, form := range []string{planted, planted[:4], planted[6:], "90 81 87 75", "5a51574b", "5A51574B"} {
		if strings.Contains(text, form) {
			t.Errorf("%s shows the secret: %s", how, text)
		}
	}
}

func TestIsMask(t *testing.T) {
	for text, want := range map[string]bool{"": false, "*": true, "******": true, "1*": false, "••••12": true, "12": false} {
		if got := IsMask(text); got != want {
			t.Errorf("IsMask(%q) = %v", text, got)
		}
	}
}
