package httpapi

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bucket is a token bucket as providers keep one, out of the client's sight.
type bucket struct {
	mu     sync.Mutex
	rate   float64
	burst  float64
	tokens float64
	at     time.Time

	accepted, refused int
	first, last       time.Time
}

func newBucket(rate, burst float64) *bucket {
	return &bucket{rate: rate, burst: burst, tokens: burst, at: time.Now()}
}

func (b *bucket) refill(now time.Time) {
	b.tokens = min(b.burst, b.tokens+now.Sub(b.at).Seconds()*b.rate)
	b.at = now
}

// limit changes the rate from now on.
func (b *bucket) limit(rate float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refill(time.Now())
	b.rate = rate
}

// take admits a request or returns the whole seconds to wait.
func (b *bucket) take() (ok bool, retryAfter time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.refill(now)
	if b.first.IsZero() {
		b.first = now
	}
	b.last = now
	if b.tokens < 1 {
		b.refused++
		return false, time.Duration(math.Ceil((1-b.tokens)/b.rate)) * time.Second
	}
	b.tokens--
	b.accepted++
	return true, 0
}

// refusedShare is the share of 429s among all requests.
func (b *bucket) refusedShare() float64 {
	return float64(b.refused) / float64(b.refused+b.accepted)
}

// trial is one row and column of the pacing table.
type trial struct {
	rate            Rate
	burst           float64
	silent          bool // no Retry-After
	halving         bool // the limit halves after a minute
	util, refusedAt float64
}

// simulate sends 3,000 requests, 16 in flight, with an exponential latency of
// 50 ms, against a bucket of 20/s.
func simulate(t *testing.T, seed uint64, tr trial) (util, refused float64) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(20, tr.burst)
		p := newPacer(tr.rate)
		start := time.Now()
		if tr.halving {
			halve := time.AfterFunc(time.Minute, func() { b.limit(10) })
			defer halve.Stop()
		}
		var mu sync.Mutex
		random := rand.New(rand.NewPCG(seed, 1))
		latency := func() time.Duration {
			mu.Lock()
			defer mu.Unlock()
			return 20*time.Millisecond + time.Duration(random.ExpFloat64()*5*float64(time.Millisecond))
		}
		jobs := make(chan struct{}, 3000)
		for range 3000 {
			jobs <- struct{}{}
		}
		close(jobs)
		var workers sync.WaitGroup
		for range 16 {
			workers.Go(func() {
				for range jobs {
					for {
						epoch, err := p.wait(t.Context(), time.Hour)
						if err != nil {
							t.Error(err)
							return
						}
						time.Sleep(latency())
						ok, after := b.take()
						time.Sleep(latency())
						if ok {
							p.passed(epoch)
							break
						}
						p.limited(epoch, after, !tr.silent)
					}
				}
			})
		}
		workers.Wait()
		took := b.last.Sub(start).Seconds()
		capacity := tr.burst + 20*took
		if tr.halving {
			capacity = tr.burst + 20*min(took, 60) + 10*max(0, took-60)
		}
		util, refused = float64(b.accepted)/capacity, b.refusedShare()
	})
	return util, refused
}

func TestPacerUsesAHiddenLimit(t *testing.T) {
	known, unknown := Rate{20, time.Second}, Rate{100, time.Second}
	for name, tr := range map[string]trial{
		"known, burst 10":                   {rate: known, burst: 10, util: 0.99, refusedAt: 0.001},
		"known, burst 1":                    {rate: known, burst: 1, util: 0.50, refusedAt: 0.01},
		"known, burst 3":                    {rate: known, burst: 3, util: 0.97, refusedAt: 0.005},
		"known, burst 50":                   {rate: known, burst: 50, util: 0.97, refusedAt: 0.001},
		"known, halving":                    {rate: known, burst: 10, halving: true, util: 0.96, refusedAt: 0.006},
		"unknown, burst 1":                  {rate: unknown, burst: 1, util: 0.50, refusedAt: 0.01},
		"unknown, burst 3":                  {rate: unknown, burst: 3, util: 0.85, refusedAt: 0.01},
		"unknown, burst 10":                 {rate: unknown, burst: 10, util: 0.90, refusedAt: 0.01},
		"unknown, burst 50":                 {rate: unknown, burst: 50, util: 0.95, refusedAt: 0.01},
		"unknown, burst 10, no Retry-After": {rate: unknown, burst: 10, silent: true, util: 0.90, refusedAt: 0.01},
		"unknown, halving":                  {rate: unknown, burst: 10, halving: true, util: 0.90, refusedAt: 0.012},
		"no ceiling, burst 10":              {burst: 10, util: 0.88, refusedAt: 0.012},
		"no ceiling, burst 50":              {burst: 50, util: 0.90, refusedAt: 0.012},
	} {
		t.Run(name, func(t *testing.T) {
			util, refused := simulate(t, 7, tr)
			t.Logf("utilisation %.1f%%, 429s %.2f%%", 100*util, 100*refused)
			if util < tr.util || refused > tr.refusedAt {
				t.Errorf("utilisation %.3f (want >= %.3f), share of 429s %.4f (want <= %.4f)", util, tr.util, refused, tr.refusedAt)
			}
		})
	}
}

// TestPacedClient sends through the whole client, the limit known to both.
func TestPacedClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBucket(100, 10)
		start := time.Now()
		c := newTestClient(t, Config{Concurrency: 32, Rate: Rate{100, time.Second}, RoundTripper: trip(func(*http.Request) (*http.Response, error) {
			ok, _ := b.take()
			time.Sleep(50 * time.Millisecond)
			if !ok {
				return fault(429, "", ""), nil
			}
			return fault(200, "", ""), nil
		})}, nil)
		var calls sync.WaitGroup
		for range 32 {
			calls.Go(func() {
				for range 50 {
					if _, err := c.Do(t.Context(), Request{Name: "update", Op: Write, Method: "PUT", Path: "/x"}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		calls.Wait()
		if took := time.Since(start).Seconds(); b.refused != 0 || float64(b.accepted) < 0.95*100*took {
			t.Errorf("%d accepted and %d refused in %.2f s", b.accepted, b.refused, took)
		}
	})
}

// TestPacerForgetsIdleTime: a person who reads the plan for ten minutes must not
// make the host look slow.
func TestPacerForgetsIdleTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(Rate{20, time.Second})
		send := func(n int) (epoch uint64) {
			for range n {
				epoch, _ = p.wait(t.Context(), time.Hour)
				p.passed(epoch)
			}
			return epoch
		}
		send(60)
		time.Sleep(10 * time.Minute)
		epoch := send(60)
		if _, rate, cut := p.limited(epoch, time.Second, true); !cut || rate < 15 {
			t.Errorf("cut %v to %.1f/s, want just below 20/s", cut, rate)
		}
	})
}

func TestPacerCutsOncePerEpisode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(Rate{20, time.Second})
		epoch, _ := p.wait(t.Context(), time.Hour)
		_, first, cut := p.limited(epoch, 5*time.Second, true)
		held, again, cutAgain := p.limited(epoch, 9*time.Second, true)
		if !cut || cutAgain || first != 10 || again != first || held != 9*time.Second {
			t.Errorf("cut %v to %v, then %v to %v, held for %v", cut, first, cutAgain, again, held)
		}
		if _, err := p.wait(t.Context(), 8*time.Second); err != errHeldTooLong {
			t.Errorf("a pause beyond the budget: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.wait(ctx, time.Hour); err != context.DeadlineExceeded {
			t.Errorf("a cancelled wait: %v", err)
		}
	})
}

func TestRates(t *testing.T) {
	for text, want := range map[string]Rate{"none": {}, "5/s": {5, time.Second}, "600/m": {600, time.Minute}} {
		got, err := ParseRate(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "0/s", "-1/s", "5/h", "5/", "/s", "5.5/s", "+5/s", "05/s", "5 /s", "None", "99999999999999999999/s", "1000001/s"} {
		if got, err := ParseRate(text); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
}

// TestPacerAndRefusalsAtRandom: a host that answers 429 now and then, however
// slowly it is asked, must not bring the rate down step by step. The pauses alone
// take two, or three, minutes of a hundred.
func TestPacerAndRefusalsAtRandom(t *testing.T) {
	for name, tc := range map[string]struct {
		rate   Rate
		oneOf  int
		atMost time.Duration
	}{
		"5/s, one of 50":        {Rate{5, time.Second}, 50, 17 * time.Minute}, // 11 at best, the pauses included
		"5/s, one of 27":        {Rate{5, time.Second}, 27, 20 * time.Minute}, // 12 at best; 45 if each slowed us down
		"5/s, one of 20":        {Rate{5, time.Second}, 20, 30 * time.Minute}, // 12.5 at best; 80
		"no ceiling, one of 50": {Rate{}, 50, 14 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(5) {
				synctest.Test(t, func(t *testing.T) {
					random, p, start := rand.New(rand.NewPCG(seed, 2)), newPacer(tc.rate), time.Now()
					for sent := 0; sent < 3000; {
						epoch, _ := p.wait(t.Context(), time.Hour)
						time.Sleep(5 * time.Millisecond)
						if random.IntN(tc.oneOf) == 0 {
							p.limited(epoch, 0, false)
							continue
						}
						p.passed(epoch)
						sent++
					}
					if took := time.Since(start); took > tc.atMost {
						t.Errorf("seed %d: 3,000 requests took %v, want at most %v; the rate ends at %.2f/s", seed, took, tc.atMost, p.rate)
					}
				})
			}
		})
	}
}

// TestPacerTakesALimitForNoChance: a limit that falls is kept, also after
// refusals at random were borne.
func TestPacerTakesALimitForNoChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random, p := rand.New(rand.NewPCG(7, 2)), newPacer(Rate{20, time.Second})
		b := newBucket(20, 10)
		send := func(n, oneOf int) (refused int) {
			for sent := 0; sent < n; {
				epoch, _ := p.wait(t.Context(), time.Hour)
				time.Sleep(5 * time.Millisecond)
				ok, after := b.take()
				if oneOf > 0 && random.IntN(oneOf) == 0 {
					ok, after = false, time.Second
				}
				if !ok {
					refused++
					p.limited(epoch, after, true)
					continue
				}
				p.passed(epoch)
				sent++
			}
			return refused
		}
		send(1000, 27)
		if p.patience.next == 0 {
			t.Fatal("no refusal was borne: the trial shows nothing")
		}
		b.limit(5)
		start := time.Now()
		if refused, took := send(2000, 0), time.Since(start); refused > 60 || took > 450*time.Second {
			t.Errorf("after the limit fell to 5/s, %d of 2,000 requests were refused, and they took %v", refused, took)
		}
	})
}
