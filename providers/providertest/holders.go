package providertest

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"keyroster/providers"
	"keyroster/reconcile"
)

// heldBy returns the holders of records, sorted.
func heldBy(records *reconcile.Set) []string {
	found := map[string]bool{}
	for n := range records.Len() {
		if id := records.Record(n).Of(reconcile.HolderID); id != "" {
			found[id] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// holdersOf reads all holders.
func (w *world) holdersOf(client *providers.Client) *reconcile.Holders {
	w.Helper()
	if client.ReadHolders == nil {
		w.Fatal("what finds or names holders reads them, too")
	}
	holders, err := client.ReadHolders(w.Context())
	if err != nil || holders.Len() == 0 {
		w.Fatalf("read %d holders: %v", holders.Len(), err)
	}
	return holders
}

// readsHolders: every holder of a record is read, under the id that records have.
func readsHolders(w *world, client *providers.Client) {
	holders := w.holdersOf(client)
	if ids := holders.IDs(); len(slices.Compact(slices.Clone(ids))) != len(ids) {
		w.Errorf("a holder is listed twice: %v", ids)
	}
	for _, id := range heldBy(w.list(client).Records) {
		if _, read := holders.Find(id); !read {
			w.Errorf("holder %s has a record and is not read", id)
		}
	}
}

// findsHolders: each column finds its holders, an address in any case, a prefix all that
// begin so, and a text that no holder has none.
func findsHolders(w *world, client *providers.Client) {
	schema, holders := w.suite.Spec.Schema, w.holdersOf(client)
	found := func(by reconcile.Meaning, text, id string) {
		column := schema.NameOf(by)
		if column == "" || text == "" || text == "*" {
			return
		}
		ids, err := client.HolderIDs(w.Context(), column, text)
		if err != nil || slices.Contains(ids, id) != (id != "") || id == "" && len(ids) > 0 {
			w.Errorf("%s %q finds %q, want %q: %v", column, text, ids, id, err)
		}
	}
	for _, id := range holders.IDs()[:min(3, holders.Len())] {
		h := holders.Of(id)
		found(reconcile.HolderID, id, id)
		found(reconcile.HolderEmail, strings.ToUpper(h.Email), id)
		found(reconcile.HolderEmail, prefixOf(h.Email), id)
		found(reconcile.HolderRef, h.Ref, id)
		found(reconcile.HolderRef, prefixOf(h.Ref), id)
	}
	found(reconcile.HolderEmail, "nobody@example.invalid", "")
	found(reconcile.HolderEmail, "nobody@example.inv*", "")
}

// prefixOf returns the first character of a text as a pattern.
func prefixOf(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return text[:size] + "*"
}

// looksUpHolders: a holder who was looked up has the same name as in a reading of all; ids
// unknown to the provider are skipped.
func looksUpHolders(w *world, client *providers.Client) {
	ids := heldBy(w.list(client).Records)
	ids = ids[:min(3, len(ids))]
	fresh := w.open()
	holders := w.holdersOf(client)
	if err := fresh.LookUpHolders(w.Context(), append([]string{unknownHolder(holders)}, ids...)); err != nil {
		w.Fatal(err)
	}
	for _, id := range ids {
		h := holders.Of(id)
		if name, email := fresh.HolderName(id); name != h.Name || email != h.Email {
			w.Errorf("holder %s is looked up as %q %q, and read as %q %q", id, name, email, h.Name, h.Email)
		}
	}
}

// unknownHolder returns an id that no holder has, in the form of their ids: a document may not
// allow another.
func unknownHolder(holders *reconcile.Holders) string {
	id := holders.IDs()[0]
	for holders.Number(id) >= 0 {
		id = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '9'
			}
			return r
		}, id) + "9"
	}
	return id
}

// namesThoseItRead: a client knows the names of the holders it has read, and no others,
// without asking.
func namesThoseItRead(w *world, client *providers.Client) {
	ids := heldBy(w.list(w.open()).Records)
	w.sendsNothing(func() {
		for _, id := range append(ids, "") {
			if name, email := client.HolderName(id); name+email != "" {
				w.Errorf("holder %s is called %q %q before anybody was read", id, name, email)
			}
		}
	})
	holders := w.holdersOf(client)
	if client.LookUpHolders == nil || len(ids) == 0 {
		w.Fatal("who names holders looks them up")
	}
	if err := client.LookUpHolders(w.Context(), ids[:1]); err != nil {
		w.Fatal(err)
	}
	w.sendsNothing(func() {
		if name, _ := client.HolderName(ids[0]); name != holders.Of(ids[0]).Name {
			w.Errorf("holder %s is called %q, want %q", ids[0], name, holders.Of(ids[0]).Name)
		}
	})
}
