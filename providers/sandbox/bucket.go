package sandbox

import (
	"math"
	"sync"
	"time"
)

// bucket is a token bucket: rate tokens a second, at most burst of them.
type bucket struct {
	rate, burst float64

	mu     sync.Mutex
	tokens float64
	filled time.Time
}

// newBucket starts full. Its burst is max(10, rate/10); a rate of 0 or less is no limit.
func newBucket(rate float64) *bucket {
	burst := max(10, rate/10)
	return &bucket{rate: rate, burst: burst, tokens: burst}
}

// take takes a token at the given time. If there is none, it returns after how many whole
// seconds there will be one, at least 1.
func (b *bucket) take(now time.Time) (ok bool, retryAfter int) {
	if b.rate <= 0 {
		return true, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if passed := now.Sub(b.filled); !b.filled.IsZero() && passed > 0 {
		b.tokens = min(b.burst, b.tokens+passed.Seconds()*b.rate)
	}
	b.filled = now
	if b.tokens >= 1 {
		b.tokens--
		return true, 0
	}
	return false, max(1, int(math.Ceil((1-b.tokens)/b.rate)))
}

func (b *bucket) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens, b.filled = b.burst, time.Time{}
}
