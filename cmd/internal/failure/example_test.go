package failure_test

import (
	"fmt"
	"io/fs"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// Example makes failures: each has a kind, to which the program gives a number, and says what to
// do. What a provider said keeps its own words.
func Example() {
	f := failure.New(failure.Usage, "name it with --account", "%s has no account %q", "keyroster.yaml", "annex")
	fmt.Println(f, "|", f.Hint, "|", f.Kind == failure.Usage)

	refusal := &reconcile.Failure{Class: reconcile.Denied, Reason: "the key is not good"}
	denied := failure.Of(fmt.Errorf("read the tenant: %w", refusal))
	fmt.Println(denied, "|", denied.Kind == failure.Denied)
	fmt.Println(failure.Of(fs.ErrNotExist).Kind == failure.Stopped, failure.Plural(3, "row"))
	// Output:
	// keyroster.yaml has no account "annex" | name it with --account | true
	// read the tenant: the key is not good | true
	// true 3 rows
}
