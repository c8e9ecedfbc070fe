package sandbox_test

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/providers/sandbox"
)

// counter is a state whose raises take effect after a second.
type counter struct {
	number int
	raises []time.Time
}

func (c *counter) raise() { c.raises = append(c.raises, time.Now().Add(time.Second)) }

func (c *counter) Settle(now time.Time) (due time.Time) {
	for len(c.raises) > 0 && !c.raises[0].After(now) {
		c.number++
		c.raises = c.raises[1:]
	}
	if len(c.raises) > 0 {
		due = c.raises[0]
	}
	return due
}

func again(c *counter) *counter { return &counter{number: c.number} }

func counted(t *testing.T) *sandbox.Store[*counter] {
	t.Helper()
	s, err := sandbox.NewStore(func() (*counter, error) { return &counter{}, nil }, again)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func number(s *sandbox.Store[*counter]) int {
	n := 0
	s.Read(func(c *counter) { n = c.number })
	return n
}

// TestStoreSettles: reads and writes see what is due by then, and nothing earlier than that.
func TestStoreSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := counted(t)
		s.Write((*counter).raise)
		time.Sleep(time.Second / 2)
		s.Write((*counter).raise)
		for i, step := range []struct {
			wait time.Duration
			want int
		}{{0, 0}, {time.Second/2 - 1, 0}, {1, 1}, {time.Second/2 - 1, 1}, {1, 2}, {time.Hour, 2}} {
			time.Sleep(step.wait)
			if got := number(s); got != step.want {
				t.Errorf("step %d: %d, want %d", i, got, step.want)
			}
		}
		s.Write((*counter).raise)
		time.Sleep(time.Second)
		s.Write(func(c *counter) {
			if c.number != 3 {
				t.Errorf("a write sees %d", c.number)
			}
		})
	})
}

func TestStoreReset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := counted(t)
		s.Write((*counter).raise)
		s.Reset()
		time.Sleep(time.Minute)
		if got := number(s); got != 0 {
			t.Errorf("after a reset: %d", got)
		}
	})
}

// TestStoreLags: a state that is served late shows each write only after the lag, whatever is
// written meanwhile; actual reads and writes see it at once.
func TestStoreLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := counted(t)
		served := func() int {
			n := 0
			s.Serve(func(c *counter) { n = c.number })
			return n
		}
		s.Lag(3 * time.Second)
		add := func() { s.Write(func(c *counter) { c.number++ }) }
		add()
		time.Sleep(2 * time.Second)
		add()
		for i, step := range []struct {
			wait time.Duration
			want int
		}{{0, 0}, {time.Second - 1, 0}, {1, 1}, {2*time.Second - 1, 1}, {1, 2}} {
			time.Sleep(step.wait)
			if got, truth := served(), number(s); got != step.want || truth != 2 {
				t.Errorf("step %d: served %d, want %d; true is %d", i, got, step.want, truth)
			}
		}
		for range 100 {
			add()
			time.Sleep(time.Second / 50)
		}
		if got := served(); got != 2 {
			t.Errorf("in the middle of many writes: %d", got)
		}
		if time.Sleep(3 * time.Second); served() != 102 {
			t.Errorf("after many writes: %d", served())
		}
		add()
		s.Reset()
		if got := served(); got != 0 {
			t.Errorf("after a reset: %d", got)
		}
	})
}

func TestStoreOfNothing(t *testing.T) {
	s, err := sandbox.NewStore(func() (*int, error) { return nil, errors.New("no state") }, nil)
	if s != nil || err == nil || err.Error() != "no state" {
		t.Errorf("%v, %v", s, err)
	}
}

// TestStoreOfManyClients: a state that does not settle works too, and many clients may use it at
// once.
func TestStoreOfManyClients(t *testing.T) {
	s, err := sandbox.NewStore(func() (*int, error) { return new(int), nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 100 {
				s.Write(func(n *int) { *n++ })
				s.Read(func(n *int) { _ = *n })
			}
		})
	}
	clients.Wait()
	s.Read(func(n *int) {
		if *n != 800 {
			t.Errorf("%d writes", *n)
		}
	})
}
