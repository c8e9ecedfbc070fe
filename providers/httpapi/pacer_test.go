package httpapi

import (
	"context"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bucket is a token bucket like a provider's, hidden from the client.
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

// pacing is one row and column of the pacing table.
type pacing struct {
	rate            Rate
	burst           float64
	silent          bool // no Retry-After
	halving         bool // the limit halves after a minute
	util, refusedAt float64
}

// simulate sends 3,000 requests, 16 in flight, with a random latency of 50 ms on average, against a
// bucket of 20/s.
func simulate(t *testing.T, seed uint64, tr pacing) (util, refused float64) {
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
						p.limited(epoch, after, !tr.silent, time.Hour)
						time.Sleep(max(after, 500*time.Millisecond)) // its own pause
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
	for name, tr := range map[string]pacing{
		"known, burst 10":                   {rate: known, burst: 10, util: 0.99, refusedAt: 0.001},
		"known, burst 1":                    {rate: known, burst: 1, util: 0.50, refusedAt: 0.03},
		"known, burst 3":                    {rate: known, burst: 3, util: 0.97, refusedAt: 0.01},
		"known, burst 50":                   {rate: known, burst: 50, util: 0.97, refusedAt: 0.001},
		"known, halving":                    {rate: known, burst: 10, halving: true, util: 0.96, refusedAt: 0.03},
		"unknown, burst 1":                  {rate: unknown, burst: 1, util: 0.50, refusedAt: 0.03},
		"unknown, burst 3":                  {rate: unknown, burst: 3, util: 0.85, refusedAt: 0.02},
		"unknown, burst 10":                 {rate: unknown, burst: 10, util: 0.90, refusedAt: 0.02},
		"unknown, burst 50":                 {rate: unknown, burst: 50, util: 0.95, refusedAt: 0.03},
		"unknown, burst 10, no Retry-After": {rate: unknown, burst: 10, silent: true, util: 0.90, refusedAt: 0.02},
		"unknown, halving":                  {rate: unknown, burst: 10, halving: true, util: 0.90, refusedAt: 0.04},
		"no ceiling, burst 10":              {burst: 10, util: 0.88, refusedAt: 0.02},
		"no ceiling, burst 50":              {burst: 50, util: 0.90, refusedAt: 0.07},
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

// TestPacedClient sends through the whole client; client and host know the limit.
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

// TestPacerForgetsIdleTime: a person who reads the plan for ten minutes does not make the host look
// slow.
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
		var last refusal
		for range 40 {
			if r := p.limited(epoch, time.Second, true, time.Hour); r.cut {
				last = r
				break
			}
		}
		if !last.cut || last.rate < 15 {
			t.Errorf("cut %v to %.1f/s, want just below 20/s", last.cut, last.rate)
		}
	})
}

// TestPacerCutsOncePerEpisode: a few refusals hold no call. When more than one in five of the last
// calls is refused, all calls are held for the longest time asked for, and the rate is lowered
// once.
func TestPacerCutsOncePerEpisode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(Rate{20, time.Second})
		epoch, _ := p.wait(t.Context(), time.Hour)
		for n := range 4 {
			if r := p.limited(epoch, 7*time.Second, true, time.Hour); r.cut || r.held != 0 || r.rate != 20 {
				t.Errorf("refusal %d: %+v", n+1, r)
			}
		}
		first := p.limited(epoch, 5*time.Second, true, time.Hour)
		again := p.limited(epoch, 9*time.Second, true, time.Hour)
		if !first.cut || first.rate != 10 || first.held != 7*time.Second || again.cut || again.rate != 10 || again.held != 9*time.Second {
			t.Errorf("first %+v, then %+v", first, again)
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

// stray sends n requests, 8 in flight, to a host that refuses a share of them however slowly it is
// asked, and, if limit is set, what exceeds limit. It returns the accepted calls per second and the
// share of refusals.
func stray(t *testing.T, p *pacer, seed uint64, n int, share float64, limit *bucket) (rate, refused float64) {
	random, start := rand.New(rand.NewPCG(seed, 2)), time.Now()
	var mu sync.Mutex
	refuses := func() bool { // drawn and taken in one order
		mu.Lock()
		defer mu.Unlock()
		if random.Float64() < share {
			return true
		}
		if limit == nil {
			return false
		}
		ok, _ := limit.take()
		return !ok
	}
	left, all, bad := n, 0, 0
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for {
				mu.Lock()
				mine := left > 0
				left--
				mu.Unlock()
				if !mine {
					return
				}
				for pause := 500 * time.Millisecond; ; pause *= 2 {
					epoch, err := p.wait(t.Context(), time.Hour)
					if err != nil {
						t.Error(err)
						return
					}
					time.Sleep(50 * time.Millisecond)
					no := refuses()
					mu.Lock()
					all++
					if no {
						bad++
					}
					mu.Unlock()
					if !no {
						p.passed(epoch)
						break
					}
					p.limited(epoch, time.Second, true, time.Hour)
					time.Sleep(max(pause, time.Second))
				}
			}
		})
	}
	workers.Wait()
	return float64(n) / time.Since(start).Seconds(), float64(bad) / float64(all)
}

// TestPacerAndStrayRefusals: a host that answers 429 now and then, however slowly it is asked, does
// not bring the rate down.
func TestPacerAndStrayRefusals(t *testing.T) {
	for _, rate := range []Rate{{5, time.Second}, {30, time.Second}, {}} {
		for share, least := range map[float64]float64{0.01: 0.95, 0.05: 0.60, 0.10: 0.50} {
			t.Run(rate.String()+" "+strconv.FormatFloat(share, 'f', -1, 64), func(t *testing.T) {
				ceiling := min(rate.perSecond(), 8/0.05)
				for seed := range uint64(5) {
					synctest.Test(t, func(t *testing.T) {
						got, refused := stray(t, newPacer(rate), seed, 3000, share, nil)
						t.Logf("seed %d: %.1f/s of %.0f/s, %.1f%% refused", seed, got, ceiling, 100*refused)
						if !math.IsInf(rate.perSecond(), 1) && got < least*ceiling {
							t.Errorf("seed %d: %.2f/s, want at least %.0f%% of %.0f/s", seed, got, 100*least, ceiling)
						}
					})
				}
			})
		}
	}
}

// TestPacerTakesALimitForNoChance: the pacer keeps to a limit that falls and speeds up when it
// rises, even if the host also refuses at random.
func TestPacerTakesALimitForNoChance(t *testing.T) {
	for _, share := range []float64{0, 0.05} {
		synctest.Test(t, func(t *testing.T) {
			p, b := newPacer(Rate{20, time.Second}), newBucket(20, 10)
			stray(t, p, 7, 1000, share, b)
			b.limit(5)
			low, refused := stray(t, p, 8, 2000, share, b)
			b.limit(40)
			stray(t, p, 9, 2000, share, b)
			high, _ := stray(t, p, 10, 1000, share, b)
			t.Logf("%.2f/s of 5/s, %.1f%% refused; then %.2f/s", low, 100*refused, high)
			if low < 4.2 || refused > share+0.10 || high < 6 {
				t.Errorf("share %.2f: %.2f/s of 5/s with %.1f%% refused, then %.2f/s of 20/s", share, low, 100*refused, high)
			}
		})
	}
}
