package account

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// asked is one --holder value: what was typed, and whom it names.
type asked struct {
	word string
	// by maps the ids of the holders found to the ways in which the text matches them.
	by map[string][]reconcile.Meaning
}

// holderWays are the ways to name a holder.
var holderWays = []reconcile.Meaning{reconcile.HolderID, reconcile.HolderRef, reconcile.HolderEmail}

// holderWords say how a holder was found.
var holderWords = map[reconcile.Meaning]string{
	reconcile.HolderID: "id", reconcile.HolderRef: "reference", reconcile.HolderEmail: "e-mail",
}

// FindHolders returns the ids of the holders that --holder names by id, reference or e-mail
// address, in that order and each once. People unknown to the provider are returned as unknown,
// because an empty answer would look like a person without credentials.
func (a *Account) FindHolders(
	ctx context.Context, log zerolog.Logger, words []string,
) (ids, unknown []string, err error) {
	if a.HolderIDs == nil && a.Spec.Schema.At(reconcile.HolderID) >= 0 {
		return words, nil, nil
	}
	find := func(column, text string) ([]string, error) {
		found, err := a.HolderIDs(ctx, column, text)
		if err != nil {
			return nil, fmt.Errorf("find the %s %s: %w", a.Spec.Schema.Holder, text, err)
		}
		return found, nil
	}
	return PickHolders(log, a.Spec.Schema, words, find, a.OneLineNames)
}

// PickHolders calls find for each text and each way to name a holder; names returns the names
// of those found, for the error about an ambiguous text.
func PickHolders(
	log zerolog.Logger, schema *reconcile.Schema, words []string,
	find func(column, text string) ([]string, error), names func(id string) (name, email string),
) (ids, unknown []string, err error) {
	if schema.At(reconcile.HolderID) < 0 {
		return nil, nil, failure.New(
			failure.Usage, "leave out --holder", "--holder selects people, but a %s has no holder here",
			schema.Noun,
		)
	}
	for _, word := range words {
		one := asked{word: word, by: map[string][]reconcile.Meaning{}}
		for _, way := range holderWays {
			// A trailing * would match everyone whose address begins so.
			column := schema.NameOf(way)
			if column == "" || strings.HasSuffix(word, "*") ||
				way == reconcile.HolderEmail && !strings.Contains(word, "@") {
				continue
			}
			found, err := find(column, word)
			if err != nil {
				return nil, nil, err
			}
			for _, id := range found {
				one.by[id] = append(one.by[id], way)
			}
		}
		if len(one.by) == 0 {
			unknown = append(unknown, word)
			continue
		}
		if err := one.unambiguous(log, schema, names); err != nil {
			return nil, nil, err
		}
		for _, id := range slices.Sorted(maps.Keys(one.by)) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, unknown, nil
}

// unambiguous refuses a text that matches several holders. Where each holder belongs to one
// access system, an address names the same person in all of them.
func (one *asked) unambiguous(
	log zerolog.Logger, schema *reconcile.Schema, names func(id string) (name, email string),
) error {
	if len(one.by) == 1 {
		return nil
	}
	byEmail := true
	var who []string
	for _, id := range slices.Sorted(maps.Keys(one.by)) {
		byEmail = byEmail && slices.Equal(one.by[id], []reconcile.Meaning{reconcile.HolderEmail})
		name, _ := names(id)
		var ways []string
		for _, way := range one.by[id] {
			ways = append(ways, holderWords[way])
		}
		who = append(who, strings.TrimSpace(name+" "+id)+" (by "+strings.Join(ways, " and ")+")")
	}
	if byEmail && schema.At(reconcile.System) >= 0 {
		log.Info().Str("holder", one.word).Strs("ids", slices.Sorted(maps.Keys(one.by))).
			Msg("the address exists in several access systems: all of them are included")
		return nil
	}
	return failure.New(failure.Roster, "use an id, reference or e-mail address that only one person has",
		"--holder %s is ambiguous: %s", one.word, strings.Join(who, ", "))
}

// UnknownHolders is the failure of a command whose --holder names people that where ("account
// hq") does not know.
func UnknownHolders(unknown []string, where string) *failure.Error {
	return failure.New(failure.Roster, "name people by id, reference or e-mail address",
		"%s has no person that matches --holder %s", where, strings.Join(unknown, ", "))
}
