package lookup_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// TestKeep: which failures of single look-ups a task survives.
func TestKeep(t *testing.T) {
	down, well := errors.New("down"), error(nil)
	unusable := &reconcile.Failure{Class: reconcile.Unreachable, HTTPStatus: 500}
	silent := &reconcile.Failure{Class: reconcile.Unreachable}
	for name, c := range map[string]struct {
		errs  []error
		probe error
		// ends is the number of the look-up that ends the task, or -1.
		ends int
	}{
		"successes":                    {[]error{nil, nil}, down, -1},
		"one refused":                  {[]error{&reconcile.Failure{Class: reconcile.Refused, HTTPStatus: 400}}, down, -1},
		"many refused":                 {[]error{refused(), refused(), refused(), refused()}, down, -1},
		"a page of HTML in the way":    {[]error{&reconcile.Failure{Class: reconcile.Denied, HTTPStatus: 403, Foreign: true}}, down, -1},
		"a right that is missing":      {[]error{&reconcile.Failure{Class: reconcile.Denied, HTTPStatus: 403}}, well, 0},
		"a login that is not good":     {[]error{&reconcile.Failure{Class: reconcile.Denied, HTTPStatus: 401, Foreign: true}}, well, 0},
		"two errors of the server":     {[]error{unusable, unusable, nil, unusable, unusable}, down, -1},
		"three in a row, host down":    {[]error{unusable, unusable, unusable}, down, 2},
		"three in a row, host is well": {[]error{unusable, unusable, unusable, unusable}, well, -1},
		"no answer, host down":         {[]error{silent}, down, 0},
		"no answer, host is well":      {[]error{silent, silent, silent, silent}, well, -1},
		"not proved complete":          {[]error{fmt.Errorf("list: %w", reconcile.ErrIncomplete)}, down, -1},
		"interrupted":                  {[]error{context.Canceled}, well, 0},
	} {
		tally := lookup.Tally{Probe: func(context.Context) error { return c.probe }}
		ended := -1
		for i, err := range c.errs {
			kept, fatal := tally.Record(t.Context(), err)
			if fatal != nil {
				ended = i
				break
			}
			if (kept != nil) != (err != nil) {
				t.Errorf("%s: look-up %d: kept %v of %v", name, i, kept, err)
			}
		}
		if ended != c.ends {
			t.Errorf("%s: ended at %d, want %d", name, ended, c.ends)
		}
	}
}

func refused() error { return &reconcile.Failure{Class: reconcile.Refused, HTTPStatus: 400} }
