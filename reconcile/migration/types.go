package migration

import (
	"fmt"
	"maps"
	"slices"

	"keyroster/reconcile"
	"keyroster/reconcile/findings"
)

// types translates the types of the source.
type types struct {
	in *Input
	// given, cards and lengths are the rules by folded name.
	given   map[string]string
	cards   map[string]Respelling
	lengths map[string]Length
	// pins are the target's types for PINs.
	pins []string
	// known has the translation of each type of the source.
	known map[string]*kind
}

// kind is the translation of one type of the source.
type kind struct {
	// to is the target's type, empty if none of it moves, for the reason.
	to, reason string
	// respell is set if numbers are converted.
	respell *Respelling
	// length is what the target accepts, zero if no rule limits it.
	length Length
}

func newTypes(in *Input) *types {
	t := &types{
		in:      in,
		given:   map[string]string{},
		cards:   map[string]Respelling{},
		lengths: map[string]Length{},
		known:   map[string]*kind{},
	}
	foldRules(t.given, in.Rules.Types, in.From.Named)
	foldRules(t.cards, in.Rules.Cards, in.From.Named)
	foldRules(t.lengths, in.Rules.Lengths, in.From.Named)
	t.pins = in.To.pinTypes()
	return t
}

// foldRules folds the names of rules, and puts those by another name of a type under its id.
func foldRules[T any](kept, rules map[string]T, types []reconcile.Type) {
	for name, rule := range rules {
		for _, id := range append(reconcile.FindTypes(types, name), name) {
			kept[fold(id)] = rule
		}
	}
}

// pinTypes returns the types of a side whose values are PINs, as rows name them.
func (s *Side) pinTypes() []string {
	if s.PINTypes != nil {
		var ids []string
		for _, id := range slices.Sorted(maps.Keys(s.PINTypes)) {
			if s.PINTypes[id] {
				ids = append(ids, id)
			}
		}
		return ids
	}
	var out []string
	for _, choice := range s.offers() {
		if findings.IsPINType(choice.Text, "") {
			out = append(out, choice.Text)
		}
	}
	return out
}

// offers returns the types that a row of the side may name, as far as is known.
func (s *Side) offers() []reconcile.Choice {
	out := slices.Clone(s.Types)
	if col := s.Schema.At(reconcile.TypeID); col >= 0 {
		for _, word := range s.Schema.Columns[col].Words {
			out = append(out, reconcile.Choice{Text: word})
		}
	}
	return out
}

// find translates a type of the source, given its id and name.
func (t *types) find(id, name string) *kind {
	key := id + "\x00" + name
	if t.known[key] == nil {
		found := t.translate(id, name)
		if r, ok := lookUp(t.cards, id, name); ok {
			found.respell = &r
		}
		found.length, _ = lookUp(t.lengths, id, name)
		t.known[key] = &found
	}
	return t.known[key]
}

func lookUp[T any](rules map[string]T, id, name string) (T, bool) {
	if found, ok := rules[fold(id)]; ok {
		return found, true
	}
	found, ok := rules[fold(name)]
	return found, ok && name != ""
}

// translate goes by the rules, else by equal names in the two accounts, else from PINs to
// PINs if the target has one type of them.
func (t *types) translate(id, name string) kind {
	title := name
	if title == "" {
		title = id
	}
	if to, ok := lookUp(t.given, id, name); ok {
		if to == LeaveBehind {
			return kind{reason: fmt.Sprintf("type %q is left behind by the configuration (migrate.types)", title)}
		}
		return kind{to: to}
	}
	if to := t.sameName(id, name); to != "" {
		return kind{to: to}
	}
	if t.isPIN(id, name) && len(t.pins) == 1 {
		return kind{to: t.pins[0]}
	}
	return kind{
		reason: fmt.Sprintf("no rule for type %q: add it to migrate.types of %s", title, t.in.To.Account),
	}
}

// sameName returns the target's type with the name of the source's. Ids mean the same on both
// sides only if they are words of the provider itself.
func (t *types) sameName(id, name string) string {
	same := t.in.From.Schema.Provider == t.in.To.Schema.Provider
	if col := t.in.To.Schema.At(reconcile.TypeID); same && col >= 0 &&
		slices.Contains(t.in.To.Schema.Columns[col].Words, id) {
		return id
	}
	if name == "" {
		return ""
	}
	for _, choice := range t.in.To.Types {
		if fold(choice.Text) == fold(name) || fold(choice.Help) == fold(name) {
			return choice.Text
		}
	}
	return ""
}

func (t *types) isPIN(id, name string) bool {
	if t.in.From.PINTypes != nil {
		return t.in.From.PINTypes[id]
	}
	return findings.IsPINType(id, name)
}

// typeAndValue fills in type and value, or says why the record stays behind.
func (b *builder) typeAndValue(n int, have reconcile.Record, d *draft) bool {
	value := have.Cell(b.from.Value())
	switch value.State() {
	case reconcile.Masked:
		b.addLoss(n, "%s masks its value", b.in.From.Title)
		return false
	case reconcile.Filled:
	default:
		b.addLoss(n, "it has no number or PIN to move (a key on a phone, for example): issue a new one")
		return false
	}
	kind := b.types.find(have.Of(reconcile.TypeID), have.Of(reconcile.TypeName))
	if kind.to == "" {
		b.addLoss(n, "%s", kind.reason)
		return false
	}
	b.give(d, reconcile.TypeID, kind.to)
	column := b.to.Columns[b.to.Value()].Name
	text := value.Text()
	if kind.respell != nil {
		var err error
		if text, err = cardsRespell(value, kind.respell); err != nil {
			b.addLoss(n, "%v", err)
			return false
		}
		d.respelt, d.original = kind.to+"\x00"+text, reconcile.TextCell(value.Text())
	}
	if wrong := kind.length.problem(text); wrong != "" {
		b.addLoss(n, "its value is %s that %s accepts (migrate.lengths)", wrong, b.in.To.Account)
		return false
	}
	b.set(d, column, reconcile.TextCell(text))
	return true
}
