package pgstore_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"keyroster/io/store/pgstore"
)

// clock reserves moments as a distant database does.
type clock struct {
	way time.Duration

	mu       sync.Mutex
	next     time.Time
	asked    int
	reserved int
	broken   error
}

func (c *clock) reserve(most int, gap, lead time.Duration) (time.Time, error) {
	time.Sleep(c.way)
	c.mu.Lock()
	c.asked++
	first, err := time.Now().Add(lead), c.broken
	if c.next.After(first) {
		first = c.next
	}
	if err == nil {
		c.next = first.Add(time.Duration(most) * gap)
		c.reserved += most
	}
	c.mu.Unlock()
	time.Sleep(c.way)
	return first, err
}

// witness records when requests came.
type witness struct {
	mu sync.Mutex
	at []time.Time
}

func (w *witness) saw() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = append(w.at, time.Now())
}

// busiest returns the largest number of requests within a second.
func (w *witness) busiest() (most int) {
	slices.SortFunc(w.at, time.Time.Compare)
	for i, at := range w.at {
		from, _ := slices.BinarySearchFunc(w.at[:i], at.Add(-time.Second), time.Time.Compare)
		most = max(most, i-from+1)
	}
	return most
}

// send has goroutines of a process send requests in turn until ctx ends; each request takes the
// given time.
func (w *witness) send(
	ctx context.Context, all *sync.WaitGroup, goroutines int,
	turn func(context.Context) error, each time.Duration,
) {
	for range goroutines {
		all.Go(func() {
			for turn(ctx) == nil {
				w.saw()
				time.Sleep(each)
			}
		})
	}
}

// TestShareOfADeadProcess: once a process is dead, the others use its share. From one lease later,
// every second is full, and none is too full.
func TestShareOfADeadProcess(t *testing.T) {
	const lease = 15 * time.Second
	for _, way := range []time.Duration{0, 40 * time.Millisecond, 300 * time.Millisecond} {
		t.Run(fmt.Sprint("way=", way), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, w, share := &clock{way: way}, &witness{}, 0
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				mortal, die := context.WithCancel(ctx)
				turn := pgstore.NewTurn(20, lease, c.reserve)
				var all sync.WaitGroup
				w.send(mortal, &all, 32, func(ctx context.Context) error {
					err := turn(ctx)
					w.mu.Lock()
					defer w.mu.Unlock()
					share++
					return err
				}, 30*time.Millisecond)
				for range 2 {
					w.send(ctx, &all, 32, pgstore.NewTurn(20, lease, c.reserve), 30*time.Millisecond)
				}
				time.Sleep(20 * time.Second)
				die()
				full := time.Now().Add(lease)
				all.Wait()
				time.Sleep(10 * time.Second) // whatever is asked of the database is answered
				if most := w.busiest(); most > 22 || share < 20*5 {
					t.Errorf("%d requests within a second; %d were the dead one's", most, share)
				}
				for second := range 24 {
					from, _ := slices.BinarySearchFunc(w.at, full.Add(time.Duration(second)*time.Second), time.Time.Compare)
					to, _ := slices.BinarySearchFunc(w.at, full.Add(time.Duration(second+1)*time.Second), time.Time.Compare)
					if to-from < 17 {
						t.Errorf("%d requests in second %d from a lease after the death on", to-from, second)
					}
				}
			})
		})
	}
}

// TestTurnsOfThreeProcesses: three processes share a rate, however distant the database is, and
// none of it is lost.
func TestTurnsOfThreeProcesses(t *testing.T) {
	for _, way := range []time.Duration{0, time.Millisecond, 40 * time.Millisecond, 300 * time.Millisecond} {
		for _, goroutines := range []int{2, 8, 64} {
			t.Run(fmt.Sprintf("way=%v,goroutines=%d", way, goroutines), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c, w := &clock{way: way}, &witness{}
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					defer cancel()
					var all sync.WaitGroup
					for range 3 {
						w.send(ctx, &all, goroutines, pgstore.NewTurn(20, time.Minute, c.reserve), 30*time.Millisecond)
					}
					all.Wait()
					time.Sleep(10 * time.Second) // whatever is asked of the database is answered
					// Two goroutines that wait for each answer of a distant database are too few.
					least := 17 * 60
					if goroutines == 2 && way > 100*time.Millisecond {
						least = 0
					}
					if most := w.busiest(); most > 22 || len(w.at) < least {
						t.Errorf("%d requests in a minute, %d within a second", len(w.at), most)
					}
				})
			})
		}
	}
}

// TestTurnsOfTheDead: a process that ends loses the moments that it reserved, at most a second of
// them.
func TestTurnsOfTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, w := &clock{way: time.Millisecond}, &witness{}
		dead, die := context.WithCancel(t.Context())
		var all sync.WaitGroup
		w.send(dead, &all, 100, pgstore.NewTurn(20, time.Minute, c.reserve), 0)
		time.Sleep(10 * time.Millisecond)
		die()
		all.Wait()
		synctest.Wait()
		if c.reserved-len(w.at) > 20 {
			t.Errorf("%d moments were reserved, and %d used", c.reserved, len(w.at))
		}
		began := time.Now()
		if err := pgstore.NewTurn(20, time.Minute, c.reserve)(t.Context()); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited > 1100*time.Millisecond {
			t.Errorf("another waited for %v", waited)
		}
	})
}

// TestTurnsThatAreGivenBack: a caller that stops waiting leaves its moment to others, and returns
// at once.
func TestTurnsThatAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{way: time.Millisecond}
		turn := pgstore.NewTurn(1, time.Minute, c.reserve)
		if err := turn(t.Context()); err != nil {
			t.Error(err)
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				began := time.Now()
				if err := turn(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 20*time.Millisecond {
					t.Errorf("waited for %v: %v", time.Since(began), err)
				}
			})
			time.Sleep(30 * time.Millisecond)
		}
		all.Wait()
		if err := turn(t.Context()); err != nil {
			t.Error(err)
		}
		if c.reserved != 2 {
			t.Errorf("%d moments were reserved for two", c.reserved)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := turn(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("over before it began: %v", err)
		}
	})
}

// TestTurnsThatAreOver: moments that have passed when their turn comes, because the process stood
// still or the answer came late, are used by no caller.
func TestTurnsThatAreOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{way: time.Millisecond}
		late := true
		turn := pgstore.NewTurn(20, time.Minute, func(most int, gap, lead time.Duration) (time.Time, error) {
			first, err := c.reserve(most, gap, lead)
			if late && most > 1 {
				time.Sleep(10 * time.Second)
				late = false
			}
			return first, err
		})
		w := &witness{}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := turn(t.Context()); err != nil {
					t.Error(err)
				}
				w.saw()
			})
		}
		all.Wait()
		slices.SortFunc(w.at, time.Time.Compare)
		if took := w.at[19].Sub(w.at[2]); took < 800*time.Millisecond {
			t.Errorf("18 requests within %v", took)
		}
	})
}

// TestTurnsWithoutADatabase: a database that does not answer is asked again, for as long as is
// allowed.
func TestTurnsWithoutADatabase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{broken: errors.New("broken")}
		turn := pgstore.NewTurn(20, 30*time.Second, c.reserve)
		began := time.Now()
		if err := turn(t.Context()); !errors.Is(err, c.broken) {
			t.Errorf("waited: %v", err)
		}
		if waited := time.Since(began); waited < 25*time.Second || waited > 30*time.Second || c.asked > 25 {
			t.Errorf("asked %d times in %v", c.asked, waited)
		}
		time.AfterFunc(10*time.Second, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.broken = nil
		})
		if err := turn(t.Context()); err != nil {
			t.Errorf("waited: %v", err)
		}
	})
}
