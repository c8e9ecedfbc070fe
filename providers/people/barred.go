package people

import (
	"context"
	"slices"

	"keyroster/reconcile"
)

// Barred returns the state of a person who is kept out, for the reason in words.
func Barred(words string) reconcile.EffectState {
	return reconcile.EffectState{Effect: reconcile.EffectBarred, Words: []string{words}}
}

// Bar combines a credential's state with its person's. What is wrong with the credential
// itself stays; one in force at the provider is not in force while its person is kept out.
func Bar(state, by reconcile.EffectState) reconcile.EffectState {
	if !by.Known() {
		return state
	}
	state.Words = slices.Concat(state.Words, by.Words)
	if state.Effect == reconcile.EffectYes || state.Effect == reconcile.EffectUnknown {
		state.Effect = by.Effect
	}
	return state
}

// SetBarred marks the listed credentials of barred people as opening no door. Only people
// who were read already count: none is read for this.
func (b *Book) SetBarred(listing *reconcile.Listing) {
	column := listing.Records.Schema().Index(ID)
	for n := range listing.Records.Len() {
		p, _ := b.Known(listing.Records.Record(n).Cell(column).Text())
		if !p.Barred.Known() {
			continue
		}
		if listing.Effects == nil {
			listing.Effects = map[int]reconcile.EffectState{}
		}
		listing.Effects[n] = Bar(listing.EffectOf(n), p.Barred)
	}
}

// HolderAfter returns the person who holds a credential after a change; empty if no one
// does.
func HolderAfter(change *reconcile.Change) string {
	if change.Action == reconcile.Delete || !change.Want.Valid() {
		return ""
	}
	id := change.Want.Text(ID)
	if id == "" && change.Have.Valid() {
		id = change.Have.Text(ID)
	}
	return id
}

// HoldersAfter reads the holders of credentials after accepted changes, unless they were
// read before, and returns their ids by line.
func (b *Book) HoldersAfter(ctx context.Context, accepted []reconcile.Accepted) map[int]string {
	ids, w := map[int]string{}, Wishes{}
	for i := range accepted {
		if id := HolderAfter(&accepted[i].Change); id != "" {
			ids[accepted[i].Line] = id
			b.AddWish(w, id)
		}
	}
	if _, err := b.Find(ctx, w); err != nil {
		b.source.Log.Debug().Err(err).Msg("could not read who is kept out")
	}
	return ids
}

// AddWish wishes for a person who was not read yet.
func (b *Book) AddWish(w Wishes, id string) {
	if _, known := b.Known(id); !known && b.source.IsID(id) {
		w[Asked{ID, id}] = true
	}
}

// Unread counts the holders of credentials after some changes who were not read yet.
func (b *Book) Unread(changes []reconcile.Change) (n int) {
	w := Wishes{}
	for i := range changes {
		if id := HolderAfter(&changes[i]); id != "" {
			b.AddWish(w, id)
		}
	}
	return len(w)
}
