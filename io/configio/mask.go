package configio

import (
	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile"
)

// Mask says what is shown of values. Of PINs nothing ever is.
type Mask struct {
	// Card is nil where the section does not say.
	Card *reconcile.Shown
}

// DefaultShown is what is shown of a card number unless configured.
const DefaultShown = reconcile.ShowLast2

var shownWords = map[string]reconcile.Shown{
	"all":   reconcile.ShowNone,
	"last2": reconcile.ShowLast2,
	"last4": reconcile.ShowLast4,
}

var maskKeys = []key[Mask]{
	{
		"card", of("text", oneOf("last2", "last4", "all")),
		"last2 (default): shows the last two characters of card numbers of 8 or more; last4: the last four of 12 or " +
			"more; all: shows none",
		func(r *reader, m *Mask, v ast.Node) {
			if word, ok := r.word(v, "`card`", "last2", "last4", "all"); ok {
				shown := shownWords[word]
				m.Card = &shown
			}
		},
	},
	{"pin", of("text", oneOf("all")), "all: no digit of a PIN is ever shown", func(r *reader, _ *Mask, v ast.Node) {
		if text, ok := r.text(v, "`pin`"); ok && text != "all" {
			r.fail(
				v,
				"`pin` is all: no digit of a PIN is ever shown, since the digits that are left could be tried",
				"write `pin: all`, or remove it",
			)
		}
	}},
}

// mask reads {card: last2, pin: all}.
func (r *reader) mask(m *Mask, v ast.Node) {
	entries, ok := r.mapping(v, "`mask`")
	if !ok {
		return
	}
	readSection(r, m, entries, maskKeys, "a value is a `card` number or a `pin`")
}

// applyMasks gives the configuration's mask to the accounts without one.
func (c *Config) applyMasks() {
	for _, a := range c.Accounts {
		a.Mask = DefaultShown
		for _, m := range []Mask{c.mask, a.mask} {
			if m.Card != nil {
				a.Mask = *m.Card
			}
		}
	}
}
