package people

import (
	"context"
	"slices"

	"keyroster/reconcile"
)

// Barred is how a person stands who is kept out, as the words say.
func Barred(words string) reconcile.Settled {
	return reconcile.Settled{Effect: reconcile.EffectShut, Words: []string{words}}
}

// Bar adds to how a credential stands what is known of its person. What is wrong
// with the credential itself stays; one that is in force at the provider is not
// in force while its person is kept out.
func Bar(settled, by reconcile.Settled) reconcile.Settled {
	if !by.Known() {
		return settled
	}
	settled.Words = slices.Concat(settled.Words, by.Words)
	if settled.Effect == reconcile.EffectYes || settled.Effect == reconcile.EffectNone {
		settled.Effect = by.Effect
	}
	return settled
}

// Stand says of the listed credentials whose people were read that those open no
// door. Of other people nothing is known: no person is read for this alone.
func (b *Book) Stand(listing *reconcile.Listing) {
	column := listing.Records.Schema().Index(ID)
	for n := range listing.Records.Len() {
		p, _ := b.Known(listing.Records.Record(n).Cell(column).Text())
		if !p.Standing.Known() {
			continue
		}
		if listing.Effects == nil {
			listing.Effects = map[int]reconcile.Settled{}
		}
		listing.Effects[n] = Bar(listing.Standing(n), p.Standing)
	}
}

// Keeper is the person who holds a credential after a change, and empty for one
// that no person holds any more.
func Keeper(change *reconcile.Change) string {
	if change.Action == reconcile.Delete || !change.Want.Valid() {
		return ""
	}
	id := change.Want.Text(ID)
	if id == "" && change.Have.Valid() {
		id = change.Have.Text(ID)
	}
	return id
}

// Keepers reads those who hold credentials after accepted changes and were not
// read yet, and returns who they are by line.
func (b *Book) Keepers(ctx context.Context, accepted []reconcile.Accepted) map[int]string {
	ids, w := map[int]string{}, Wishes{}
	for i := range accepted {
		if id := Keeper(&accepted[i].Change); id != "" {
			ids[accepted[i].Line] = id
			b.Wish(w, id)
		}
	}
	if _, err := b.Find(ctx, w); err != nil {
		b.source.Log.Debug().Err(err).Msg("whether people are kept out could not be read")
	}
	return ids
}

// Wish wishes for a person who was not read yet.
func (b *Book) Wish(w Wishes, id string) {
	if _, known := b.Known(id); !known && b.source.IsID(id) {
		w[Asked{ID, id}] = true
	}
}

// Unread is how many people would be read who hold credentials after some changes.
func (b *Book) Unread(changes []reconcile.Change) (n int) {
	w := Wishes{}
	for i := range changes {
		if id := Keeper(&changes[i]); id != "" {
			b.Wish(w, id)
		}
	}
	return len(w)
}
