package people_test

import (
	"context"
	"fmt"

	"keyroster/providers/people"
	"keyroster/reconcile"
)

// Rosters name people by what customers know of them. The book finds out who is meant, and reports
// later take the names from it.
func Example() {
	ctx := context.Background()
	book := people.New(people.Source{
		Columns: []string{people.ID, people.Email}, IsID: func(string) bool { return true },
		Key: reconcile.NormalizeEmail, Few: 5, Concurrency: 1,
		All: func(context.Context) (*people.List, error) { return people.NewList(), nil },
		One: func(_ context.Context, what people.Asked) (*people.List, error) {
			// The API's filter matches parts of addresses; the book decides who is meant.
			return people.NewList(
				&people.Person{Holder: reconcile.Holder{ID: "71", Name: "Mira Quill", Email: "Mira@example.com"}},
				&people.Person{Holder: reconcile.Holder{ID: "72", Name: "Mira Quillon", Email: "almira@example.com"}},
			), nil
		},
	})

	ids, err := book.HolderIDs(ctx, people.Email, "mira@example.com")
	fmt.Println(ids, err)
	name, email := book.HolderName("71")
	fmt.Println(name, email)
	// Output:
	// [71] <nil>
	// Mira Quill Mira@example.com
}
