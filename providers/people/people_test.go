package people_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// town is a provider of three people that records what it was asked.
type town struct {
	// folk are its people; if nil, those of the variable folk.
	folk  []people.Person
	asked []string
	fails string
}

var folk = []people.Person{
	{Holder: reconcile.Holder{ID: "1", Name: "Ann", Email: "Ann@example.com", Ref: "7"}},
	{
		Holder: reconcile.Holder{ID: "2", Name: "Bo", Email: "bo@example.com"},
		Barred: reconcile.EffectState{Effect: reconcile.EffectBarred, Words: []string{"away"}},
	},
	{Holder: reconcile.Holder{ID: "7", Name: "Cy", Email: "ann@example.com"}},
}

func (w *town) Tenant(context.Context) (reconcile.Tenant, error) { return reconcile.Tenant{}, nil }

func (w *town) people() []people.Person {
	if w.folk == nil {
		return folk
	}
	return w.folk
}

func (w *town) book() *people.Book {
	return people.New(people.Source{
		Host: w, Columns: []string{people.ID, people.Email, people.Ref}, IsID: func(text string) bool { return !strings.Contains(text, "x") },
		Key: reconcile.NormalizeEmail, Few: 2, Concurrency: 1,
		All: func(context.Context) (*people.List, error) {
			w.asked = append(w.asked, "all")
			list := people.NewList()
			for _, p := range w.people() {
				list.Add(&p)
			}
			return list, nil
		},
		One: func(_ context.Context, what people.Asked) (*people.List, error) {
			w.asked = append(w.asked, what.Text)
			if what.Text == w.fails {
				return nil, &reconcile.Failure{Class: reconcile.Refused, Reason: "not now"}
			}
			list := people.NewList()
			for _, p := range w.people() {
				if what.Text == map[string]string{people.ID: p.ID, people.Email: p.Email, people.Ref: p.Ref}[what.Column] {
					list.Add(&p)
				}
			}
			return list, nil
		},
	})
}

// read returns the ids of the people who were found.
func read(found *people.Found) string {
	var ids []string
	for p := range found.All() {
		ids = append(ids, p.ID)
	}
	return strings.Join(ids, " ")
}

func TestHolderIDs(t *testing.T) {
	for name, c := range map[string]struct {
		column, text string
		ids, asked   string
	}{
		"an id":               {people.ID, "2", "2", "2"},
		"no id at all":        {people.ID, "x2", "", ""},
		"a reference":         {people.Ref, "7", "1", "7"},
		"another spelling":    {people.Email, "ANN@example.com", "1 7", "ANN@example.com all"},
		"the beginning":       {people.Email, "an*", "1 7", "all"},
		"nobody":              {people.Ref, "9", "", "9 all"},
		"a column of no name": {"holder_name", "Ann", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := &town{}
			ids, err := w.book().HolderIDs(t.Context(), c.column, c.text)
			if err != nil || strings.Join(ids, " ") != c.ids || strings.Join(w.asked, " ") != c.asked {
				t.Errorf("%v %v after %v, want %q after %q", ids, err, w.asked, c.ids, c.asked)
			}
		})
	}
	if _, err := (&town{fails: "2"}).book().HolderIDs(t.Context(), people.ID, "2"); reconcile.ClassOf(err) != reconcile.Refused {
		t.Errorf("a look-up that failed: %v", err)
	}
}

// TestFind: few people are looked up one by one, many all at once, and a failure affects only its
// own text.
func TestFind(t *testing.T) {
	w := &town{fails: "1"}
	book := w.book()
	wishes := people.Wishes{{Column: people.ID, Text: "1"}: true, {Column: people.ID, Text: "2"}: true}
	found, err := book.Find(t.Context(), wishes)
	if err != nil || read(found) != "2" || len(found.Failed) != 1 || len(w.asked) != 2 {
		t.Fatalf("%v %v after %v", read(found), err, w.asked)
	}
	if p, known := book.Known("2"); !known || p.Name != "Bo" {
		t.Errorf("%+v is not remembered", p)
	}
	wishes[people.Asked{Column: people.Email, Text: "bo@example.com"}] = true
	w.asked = nil
	if found, err = book.Find(t.Context(), wishes); err != nil || read(found) != "1 2 7" ||
		!slices.Equal(w.asked, []string{"all"}) {
		t.Fatalf("%v %v after %v", read(found), err, w.asked)
	}
	if alike := found.Alike(people.Email, "b\u043e@example.com"); !slices.Equal(people.IDs(alike), []string{"2"}) {
		t.Errorf("looks like %v", people.IDs(alike))
	}
}

// TestWhoWasReadIsKnown: everybody who was ever read stays known, including who is missing when all
// people are read again and who was looked up since.
func TestWhoWasReadIsKnown(t *testing.T) {
	w := &town{folk: folk[:2]}
	book := w.book()
	for _, present := range [][]people.Person{folk[:2], folk[1:]} {
		w.folk = present
		holders, err := book.ReadHolders(t.Context())
		if err != nil || holders.Len() != 2 || holders.Of("2").Email != "bo@example.com" {
			t.Fatalf("%v %v", holders, err)
		}
	}
	for id, name := range map[string]string{"1": "Ann", "2": "Bo", "7": "Cy"} {
		if p, known := book.Known(id); !known || p.Name != name {
			t.Errorf("%s is %+v, want %s", id, p, name)
		}
	}
	w.folk = []people.Person{{Holder: reconcile.Holder{ID: "2", Name: "Bob"}}}
	if err := book.LookUpHolders(t.Context(), []string{"2"}); err != nil {
		t.Fatal(err)
	}
	if p, _ := book.Known("2"); p.Name != "Bob" {
		t.Errorf("who was looked up since is %+v", p)
	}
	if _, known := book.Known("9"); known {
		t.Error("who was never read is known")
	}
}

// TestNamedAfterFurtherPeople: an address names any of the people found, including those added
// later.
func TestNamedAfterFurtherPeople(t *testing.T) {
	w := &town{}
	book := w.book()
	found, err := book.Find(t.Context(), people.Wishes{{Column: people.ID, Text: "1"}: true})
	if err != nil || !slices.Equal(people.IDs(found.Named(people.Email, "ANN@example.com")), []string{"1"}) {
		t.Fatalf("%v: %v", found, err)
	}
	found.Add(people.NewList(&folk[2]))
	if ids := people.IDs(found.Named(people.Email, "ann@example.com")); !slices.Equal(ids, []string{"1", "7"}) {
		t.Errorf("the address names %v", ids)
	}
}

// TestFindRest: all people are read at most once, whoever is looked for.
func TestFindRest(t *testing.T) {
	id, ref := people.Asked{Column: people.ID, Text: "9"}, people.Asked{Column: people.Ref, Text: "7"}
	spelt := people.Asked{Column: people.Email, Text: "ANN@example.com"}
	for name, c := range map[string]struct {
		wishes people.Wishes
		all    int
	}{
		"an id that no person has":             {people.Wishes{id: true}, 1},
		"none but a reference":                 {people.Wishes{ref: true}, 0},
		"an address found only among all":      {people.Wishes{spelt: true}, 1},
		"and besides an id that no person has": {people.Wishes{spelt: true, id: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := &town{}
			book := w.book()
			found, err := book.Find(t.Context(), c.wishes)
			if err == nil {
				err = book.FindRest(t.Context(), c.wishes, found)
			}
			all := 0
			for _, what := range w.asked {
				if what == "all" {
					all++
				}
			}
			if err != nil || all != c.all {
				t.Errorf("%v: everybody was read %d times, want %d", err, all, c.all)
			}
		})
	}
}

func TestBar(t *testing.T) {
	shut := folk[1].Barred
	for have, want := range map[reconcile.Effect]reconcile.Effect{
		reconcile.EffectYes: reconcile.EffectBarred, reconcile.EffectUnknown: reconcile.EffectBarred,
		reconcile.EffectFailed: reconcile.EffectFailed,
	} {
		if got := people.Bar(reconcile.EffectState{Effect: have}, shut); got.Effect != want ||
			!slices.Equal(got.Words, shut.Words) {
			t.Errorf("%v barred is %+v", have, got)
		}
	}
}
