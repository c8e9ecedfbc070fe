package draft

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/reconcile"
)

// typeFinder finds the ids of the types of an account that a text names.
type typeFinder func(text string) ([]string, error)

// typesOf finds types by what the provider says, and by the records.
func typesOf(ctx context.Context, acc *account.Account, records *reconcile.Set) typeFinder {
	return func(text string) ([]string, error) {
		listed, names := listedTypes(records, text)
		if acc.TypeIDs == nil {
			return orUnknown(acc, text, listed, names)
		}
		ids, err := acc.TypeIDs(ctx, text)
		if err != nil && reconcile.ClassOf(err) != reconcile.Denied {
			return nil, fmt.Errorf("find type %s: %w", text, err)
		}
		for _, id := range listed {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 && acc.Choices != nil {
			// What the account has is only needed to help.
			choices, _ := acc.Choices(ctx)
			for _, c := range choices[acc.Spec.Schema.NameOf(reconcile.TypeID)] {
				names = append(names, c.Text)
			}
		}
		return orUnknown(acc, text, ids, names)
	}
}

// exportedTypes finds types among the records of an export. It does not show all names
// of all types: what the configuration says of another may be right.
func exportedTypes(acc *account.Account, records *reconcile.Set, log zerolog.Logger) typeFinder {
	return func(text string) ([]string, error) {
		ids, _ := listedTypes(records, text)
		if len(ids) == 0 {
			log.Warn().Str("type", text).Str("account", acc.Config.Name).
				Msg("a shape is given for this type, which the export does not show")
		}
		return ids, nil
	}
}

// listedTypes are the types of records that a text names by id or by name, and the
// names of all.
func listedTypes(records *reconcile.Set, text string) (ids, names []string) {
	kind, label := records.Schema().At(reconcile.TypeID), records.Schema().At(reconcile.TypeName)
	if kind < 0 {
		return nil, nil
	}
	own := records.Schema().Columns[kind].Words
	names = slices.Clone(own)
	last := ""
	for n := range records.Len() {
		r := records.Record(n)
		id := r.Cell(kind).Text()
		if id == last {
			continue
		}
		last = id
		name := ""
		if len(own) == 0 && label >= 0 {
			name = r.Cell(label).Text()
		}
		if (strings.EqualFold(id, text) || name != "" && strings.EqualFold(name, text)) &&
			!slices.Contains(ids, id) {
			ids = append(ids, strings.Clone(id))
		}
		if name = cmp.Or(name, id); !slices.Contains(names, name) {
			names = append(names, strings.Clone(name))
		}
	}
	for _, word := range own {
		if strings.EqualFold(word, text) && !slices.Contains(ids, word) {
			ids = append(ids, word)
		}
	}
	return ids, names
}

// orUnknown are the ids, or the error of a type that there is not.
func orUnknown(acc *account.Account, text string, ids, names []string) ([]string, error) {
	if len(ids) > 0 {
		return ids, nil
	}
	slices.Sort(names)
	names = slices.Compact(names)
	hint := "known: " + strings.Join(names, ", ")
	if near := configio.Nearest(text, names); near != "" {
		hint = "did you mean " + near + "? " + hint
	}
	return nil, failure.New(failure.Usage, hint,
		"a shape is given for type %q, and account %s has no such type", text, acc.Config.Name)
}
