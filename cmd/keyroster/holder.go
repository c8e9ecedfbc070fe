package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"keyroster/io/configio"
	"keyroster/reconcile"
)

// asked is one --holder: what was typed, and whom it names.
type asked struct {
	word string
	// by has the columns that find a holder by that text, by the holder's id.
	by map[string][]string
}

// holderColumns are the ways to name a holder.
var holderColumns = []string{"holder_id", "holder_ref", "holder_email"}

// holderWords say how a holder was found.
var holderWords = map[string]string{"holder_id": "id", "holder_ref": "reference", "holder_email": "e-mail"}

// findHolders are the ids of the holders that --holder names by id, reference or
// e-mail address, in that order and each once. Somebody whom the provider does
// not know is among unknown, as an answer without records looks like somebody
// without credentials.
func (a *app) findHolders(ctx context.Context, acc *account, words []string) (ids, unknown []string, err error) {
	finder, ok := acc.provider.(holderFinder)
	if !ok && acc.spec.Schema.Index("holder_id") >= 0 {
		return words, nil, nil
	}
	return a.pickHolders(acc.spec.Schema, words, func(column, text string) ([]string, error) {
		found, err := finder.HolderIDs(ctx, column, text)
		if err != nil {
			return nil, fmt.Errorf("find the %s %s: %w", acc.spec.Schema.Holder, text, err)
		}
		return found, nil
	}, acc.spoken)
}

// pickHolders asks find for each word and each way to name a holder.
func (a *app) pickHolders(schema *reconcile.Schema, words []string, find func(column, text string) ([]string, error), names func(string) (name, email string)) (ids, unknown []string, err error) {
	if schema.Index("holder_id") < 0 {
		return nil, nil, fail(exitUsage, "leave out --holder", "--holder names people, and nobody holds a %s here", schema.Noun)
	}
	for _, word := range words {
		one := asked{word: word, by: map[string][]string{}}
		for _, column := range holderColumns {
			// A star at the end would find everybody who begins so.
			if schema.Index(column) < 0 || strings.HasSuffix(word, "*") || column == "holder_email" && !strings.Contains(word, "@") {
				continue
			}
			found, err := find(column, word)
			if err != nil {
				return nil, nil, err
			}
			for _, id := range found {
				one.by[id] = append(one.by[id], column)
			}
		}
		if len(one.by) == 0 {
			unknown = append(unknown, word)
			continue
		}
		if err := a.unambiguous(schema, &one, names); err != nil {
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

// unambiguous refuses a text that names several holders. Where holders are those
// of one access system each, an address names the same person in all of them.
func (a *app) unambiguous(schema *reconcile.Schema, one *asked, names func(string) (name, email string)) error {
	if len(one.by) == 1 {
		return nil
	}
	byEmail := true
	var who []string
	for _, id := range slices.Sorted(maps.Keys(one.by)) {
		columns := one.by[id]
		byEmail = byEmail && slices.Equal(columns, []string{"holder_email"})
		name, _ := names(id)
		var ways []string
		for _, column := range columns {
			ways = append(ways, holderWords[column])
		}
		who = append(who, strings.TrimSpace(name+" "+id)+" (by "+strings.Join(ways, " and ")+")")
	}
	if byEmail && schema.Index("acs_system_id") >= 0 {
		a.log.Info().Str("holder", one.word).Strs("ids", slices.Sorted(maps.Keys(one.by))).Msg("one address in several access systems: all of them are meant")
		return nil
	}
	return fail(exitRoster, "name one by what only that one has: id, reference or e-mail",
		"--holder %s is ambiguous: %s", one.word, strings.Join(who, ", "))
}

// scopeTo puts the holders that --holder names into ids.
func (f *planFlags) scopeTo(ids, unknown []string, where string) error {
	if len(unknown) > 0 {
		return unknownHolders(unknown, where)
	}
	f.holders, f.found = ids, true
	return nil
}

func unknownHolders(unknown []string, where string) error {
	return &failure{
		code: exitRoster, hint: "name people by id, reference or e-mail address",
		err: fmt.Errorf("%s knows nobody by --holder %s", where, strings.Join(unknown, ", ")),
	}
}

// holderHits are the texts of export's --holder that some account knows. It is
// safe for concurrent use.
type holderHits struct {
	// several: accounts without people may be among those that are exported.
	several bool

	mu    sync.Mutex
	known map[string]bool
}

// find is findHolders, and remembers who was found. Where several accounts are
// exported, somebody may be known to one of them alone.
func (h *holderHits) find(ctx context.Context, a *app, acc *account, words []string) ([]string, error) {
	if h.several && acc.spec.Schema.Index("holder_id") < 0 {
		return []string{}, nil
	}
	ids, unknown, err := a.findHolders(ctx, acc, words)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]bool{}
	}
	for _, word := range words {
		h.known[word] = h.known[word] || !slices.Contains(unknown, word)
	}
	return append([]string{}, ids...), nil
}

// missed is an error that names whom none of the accounts knows.
func (h *holderHits) missed(words []string, accounts []*configio.Account) error {
	var unknown []string
	for _, word := range words {
		if !h.known[word] {
			unknown = append(unknown, word)
		}
	}
	if len(unknown) > 0 {
		where := "account " + accounts[0].Name
		if h.several {
			where = "each of the accounts"
		}
		return unknownHolders(unknown, where)
	}
	return nil
}
