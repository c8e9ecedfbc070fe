package listing_test

import (
	"context"
	"fmt"
	"slices"

	"keyroster/providers/listing"
)

// A list that declares no total is proved by its end: the walk reached a page that says it is the
// last one. If a page lost an element, two readings have to agree.
func Example() {
	badges := []string{"b1", "b2", "b3", "b4", "b5"}
	var kept []string
	list := listing.List[string]{
		What: "badges", ID: func(id *string) string { return *id },
		Restart: func() { kept = nil }, Keep: func(id *string) { kept = append(kept, *id) },
	}
	lost := false
	get := func(_ context.Context, _ string, number int) (listing.Link[string], error) {
		pages := slices.Collect(slices.Chunk(badges, 2))
		page := listing.Link[string]{
			Rows: pages[number-1],
			Next: fmt.Sprint("/badges?after=", number), Last: number == len(pages),
		}
		if lost && number == 1 {
			page.Rows = page.Rows[:1]
		}
		return page, nil
	}
	for _, lost = range []bool{false, true} {
		reading, err := list.Prove(context.Background(), 2, func(ctx context.Context, _ int) (listing.Reading, error) {
			return list.ByLink(ctx, get, true)
		})
		fmt.Println(kept, reading.Evidence, err)
	}
	// Output:
	// [b1 b2 b3 b4 b5] terminated <nil>
	// [b1 b3 b4 b5] twice <nil>
}
