package account_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/providers/all"
)

func TestFindHolders(t *testing.T) {
	acc := ableOf(&able{
		names: map[string]string{"501": "Ann Lee"},
		holders: map[[2]string][]string{
			{"holder_id", "501"}:                 {"501"},
			{"holder_ref", "501"}:                {"502"},
			{"holder_ref", "E7"}:                 {"503"},
			{"holder_id", "503"}:                 {"503"},
			{"holder_email", "ann@example.com"}:  {"501"},
			{"holder_email", "both@example.com"}: {"501", "502"},
			{"holder_ref", "E*"}:                 {"503"},
			{"holder_email", "plain"}:            {"504"},
		},
	})
	log := zerolog.Nop()
	ids, unknown, err := acc.FindHolders(t.Context(), log, []string{"E7", "ann@example.com", "503", "E*", "plain"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"503", "501"}, ids); diff != "" {
		t.Errorf("ids: %s", diff)
	}
	if diff := cmp.Diff([]string{"E*", "plain"}, unknown); diff != "" {
		t.Errorf("unknown: %s", diff)
	}
	const hint = "use an id, reference or e-mail address that only one person has"
	_, _, err = acc.FindHolders(t.Context(), log, []string{"501"})
	wants(t, err, failure.Roster, "--holder 501 is ambiguous: Ann Lee 501 (by id), 502 (by reference)", hint)
	_, _, err = acc.FindHolders(t.Context(), log, []string{"both@example.com"})
	wants(t, err, failure.Roster, "--holder both@example.com is ambiguous: Ann Lee 501 (by e-mail), 502 (by e-mail)", hint)
}

func TestFindHoldersOfThoseWhoCannotFind(t *testing.T) {
	ids, unknown, err := of(bare{}).FindHolders(t.Context(), zerolog.Nop(), []string{"501", "x"})
	if diff := cmp.Diff([]string{"501", "x"}, ids); diff != "" || unknown != nil || err != nil {
		t.Errorf("%s %v %v", diff, unknown, err)
	}
	refused := errors.New("refused")
	_, _, err = ableOf(&able{err: refused}).FindHolders(t.Context(), zerolog.Nop(), []string{"501"})
	if !errors.Is(err, refused) || !strings.HasPrefix(err.Error(), "find the "+all.Lookup("doorflow").Schema.Holder+" 501: ") {
		t.Errorf("%v", err)
	}
}

func TestPickHoldersOfOneAddressInSeveralSystems(t *testing.T) {
	var log bytes.Buffer
	find := func(column, _ string) ([]string, error) {
		if column == "holder_email" {
			return []string{"b", "a"}, nil
		}
		return nil, nil
	}
	names := func(string) (string, string) { return "", "" }
	ids, unknown, err := account.PickHolders(zerolog.New(&log), all.Lookup("seam").Schema, []string{"ann@example.com"}, find, names)
	if diff := cmp.Diff([]string{"a", "b"}, ids); diff != "" || unknown != nil || err != nil {
		t.Errorf("%s %v %v", diff, unknown, err)
	}
	if !strings.Contains(log.String(), "the address exists in several access systems: all of them are included") {
		t.Errorf("the log says %s", &log)
	}
	schema := all.Lookup("pingone").Schema
	_, _, err = account.PickHolders(zerolog.Nop(), schema, []string{"ann@example.com"}, find, names)
	wants(t, err, failure.Usage, "--holder selects people, but a "+schema.Noun+" has no holder here", "leave out --holder")
}

func TestUnknownHolders(t *testing.T) {
	wants(t, account.UnknownHolders([]string{"a", "b"}, "account hq"), failure.Roster,
		"account hq has no person that matches --holder a, b", "name people by id, reference or e-mail address")
}
