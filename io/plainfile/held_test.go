package plainfile

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestInsist(t *testing.T) {
	held, other := errors.New("held"), errors.New("other")
	for name, c := range map[string]struct {
		answers []error // the last one is repeated forever
		want    error
		after   time.Duration
		tries   int
	}{
		"at once":             {[]error{nil}, nil, 0, 1},
		"for no other reason": {[]error{other}, other, 0, 1},
		"let go of":           {[]error{held, held, nil}, nil, 100 * time.Millisecond, 3},
		"let go of, and gone": {[]error{held, other}, other, 50 * time.Millisecond, 2},
		"not let go of":       {[]error{held}, held, 2 * time.Second, 41},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, tries := time.Now(), 0
				err := Insist(func() error {
					tries++
					return c.answers[min(tries, len(c.answers))-1]
				}, func(err error) bool { return err == held })
				if err != c.want || tries != c.tries || time.Since(start) != c.after {
					t.Errorf("%v after %d tries and %v", err, tries, time.Since(start))
				}
			})
		})
	}
}
