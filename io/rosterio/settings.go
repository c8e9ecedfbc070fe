package rosterio

import (
	"fmt"
	"strconv"
	"strings"

	"keyroster/io/rosterio/lexicon"
	"keyroster/reconcile"
)

// setting is the entry of a header under columns: in a configuration. An empty target
// ignores the column; with a type, each filled cell is a credential of that type.
type setting struct{ header, target, kind string }

// ignored reports whether the setting ignores the column.
func (s setting) ignored() bool { return s.target == "" }

func (s setting) String() string {
	target := s.target
	switch {
	case s.ignored():
		target = strconv.Quote(IgnoreColumn)
	case s.kind != "":
		target = fmt.Sprintf("{column: %s, type: %s}", s.target, typeWord(s.kind))
	}
	return strconv.Quote(s.header) + ": " + target
}

// typeWord is a type in YAML: quoted if it is more than a word.
func typeWord(kind string) string {
	plain := strings.Trim(kind, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
	if plain && !strings.Contains("null true false yes no on off y n", strings.ToLower(kind)) {
		return kind
	}
	return strconv.Quote(kind)
}

// lineWidth is the longest line of settings; longer ones become a block.
const lineWidth = 120

// settings are the lines to write in the configuration of an account.
func settings(entries []setting) string {
	texts := make([]string, len(entries))
	for i, e := range entries {
		texts[i] = e.String()
	}
	if line := "columns: {" + strings.Join(texts, ", ") + "}"; len(line) <= lineWidth || len(entries) < 2 {
		return line
	}
	return "columns:\n  " + strings.Join(texts, "\n  ")
}

// wideSettings give each of several headers of values its type, if their words say
// different ones; else empty.
func (b *binder) wideSettings(h *Header, at []int) string {
	if b.schema.At(reconcile.TypeID) < 0 {
		return ""
	}
	s := &suggester{binder: b, header: h}
	var entries []setting
	said := map[lexicon.Meaning]bool{}
	for _, i := range at {
		for _, sense := range lexicon.Read([]string{h.titles[i]})[0] {
			if sense.Meaning == lexicon.Card || sense.Meaning == lexicon.PIN {
				said[sense.Meaning] = true
				entries = append(entries, setting{h.titles[i], s.nameOf(sense.Meaning), s.kind(sense.Meaning)})
				break
			}
		}
	}
	if len(said) < len(at) || len(entries) < len(at) {
		return ""
	}
	return settings(entries)
}
