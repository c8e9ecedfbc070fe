package configio

import (
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"keyroster/reconcile/cards"
	"keyroster/reconcile/migration"
)

// migrateKeys are the keys of the section migrate, which is about records that are
// moved into the account.
var migrateKeys = []key[Account]{
	{
		"types", of("map", mapOf(textSchema)),
		"this account's type for each type of the source, by name or id; " + migration.LeaveBehind + " leaves it behind",
		func(r *reader, a *Account, v ast.Node) {
			entries, _ := r.mapping(v, "`types`")
			r.distinct(entries, "`types`", typeKey)
			a.Migrate.Types, _ = r.textMap(v, "`types`")
		},
	},
	{
		"cards", of("map", mapOf(respellingSchema)),
		"the format of card numbers at the source and here, by source type: {from: decimal, to: facility:FFF-NNNNN}",
		(*reader).respellings,
	},
	{
		"lengths", of("map", mapOf(lengthSchema)),
		"how long values may be here, by source type, as 4-7 or 5; others are left behind",
		(*reader).lengths,
	},
	{
		"set",
		kind{word: "map", schema: migrateSetSchema},
		"values for every new row, by column, unless the row has its own",
		(*reader).migrateSet,
	},
	{
		"drop", of("list", listOf(textSchema)),
		"columns that may be lost, so that their credentials are not left behind",
		(*reader).drop,
	},
}

func (r *reader) migrate(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`migrate`")
	if !ok {
		return
	}
	readSection(r, a, entries, migrateKeys, "")
}

// respellings reads {Proximity card: {from: decimal:8, to: hex}}.
func (r *reader) respellings(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`cards`")
	r.distinct(entries, "`cards`", typeKey)
	a.Migrate.Cards = make(map[string]migration.Respelling, len(entries))
	for _, e := range entries {
		members, ok := r.mapping(e.value, "an entry of `cards`")
		if !ok {
			continue
		}
		var one migration.Respelling
		for _, m := range members {
			switch m.key {
			case "from":
				r.cardFormat(&one.From, m.value)
			case "to":
				r.cardFormat(&one.To, m.value)
			default:
				r.unknown(m, []string{"from", "to"}, "")
			}
		}
		if len(members) < 2 {
			r.fail(e.value, "an entry of `cards` needs both formats", "write {from: decimal, to: hex}")
		}
		a.Migrate.Cards[e.key] = one
	}
}

// lengths reads {code: 4-7, card: 10}.
func (r *reader) lengths(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`lengths`")
	r.distinct(entries, "`lengths`", typeKey)
	a.Migrate.Lengths = make(map[string]migration.Length, len(entries))
	for _, e := range entries {
		text, ok := r.text(e.value, "`"+e.key+"`")
		if !ok {
			continue
		}
		length, err := migration.ParseLength(text)
		if err != nil {
			r.fail(e.value, err.Error(), "write 4-7, or 5 for exactly five")
			continue
		}
		a.Migrate.Lengths[e.key] = length
	}
}

func (r *reader) cardFormat(into *cards.Format, v ast.Node) {
	text, ok := r.text(v, "a format of card numbers")
	if !ok {
		return
	}
	format, err := cards.ParseFormat(text)
	if err != nil {
		r.fail(
			v, "unknown card number format",
			"the formats are decimal, decimal:10, hex, hex:8 and facility:FFF-NNNNN",
		)
		return
	}
	*into = format
}

func (r *reader) migrateSet(a *Account, v ast.Node) {
	entries, _ := r.mapping(v, "`set`")
	a.Migrate.Set = make(map[string]string, len(entries))
	for _, e := range entries {
		if a.provider != nil && len(a.provider.Columns) > 0 {
			known := a.provider.columnNames(func(c Column) bool { return c.Set })
			if !slices.Contains(known, e.key) {
				r.checkSettable(a, e, known)
				continue
			}
		}
		if text, ok := r.text(e.value, "`"+e.key+"`"); ok {
			a.Migrate.Set[e.key] = text
		}
	}
}

// checkSettable reports a key of set that is not a column which may be set for every
// new record: holder, type and state belong to each row.
func (r *reader) checkSettable(a *Account, e entry, known []string) {
	remedy := "`set` takes what every new " + a.Provider + " record may be given: " + strings.Join(known, ", ")
	if len(known) == 0 {
		remedy = "`set` takes no column of " + a.Provider + ": remove it"
	}
	if slices.ContainsFunc(a.provider.Columns, func(c Column) bool { return c.Name == e.key }) {
		r.fail(e.at, "`set` cannot be given the column "+shown(e.key), remedy)
		return
	}
	r.unknown(e, known, remedy)
}

// drop reads columns of the source account, which may be of any provider.
func (r *reader) drop(a *Account, v ast.Node) {
	items, _ := r.list(v, "`drop`")
	var known []string
	for _, p := range r.known {
		known = append(known, p.columnNames(func(c Column) bool { return c.Managed })...)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, item := range items {
		name, ok := r.text(item, "an entry of `drop`")
		if ok && len(known) > 0 {
			name, ok = r.word(item, "a column of `drop`", known...)
		}
		if ok {
			a.Migrate.Drop = append(a.Migrate.Drop, name)
		}
	}
}
