package sandbox

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Faults says how often the sandbox misbehaves. The zero value is never. It is made by
// [ParseFaults].
type Faults struct {
	rates  [faultCount]float64
	rows   [RepeatRow + 1]float64
	expire int
	// stale is how long reads do not show a write.
	stale time.Duration
}

// fault is what goes wrong with a whole request.
type fault uint8

const (
	// The zero fault is none.
	_ fault = iota
	// fault500 and fault429 answer in place of the API; nothing changes.
	fault500
	fault429
	// fault500After and faultResetAfter let the API act and lose its answer.
	fault500After
	faultResetAfter
	// faultReset resets the connection before anything happened.
	faultReset
	// faultSlow answers late; see Server.delay.
	faultSlow
	// faultTruncate lets the API act and cuts the answer's body short.
	faultTruncate
	// faultHTML answers with a gateway's page, as 200 or 502; nothing changes.
	faultHTML
	faultCount
)

var faultNames = [faultCount]string{"", "500", "429", "500-after", "reset-after", "reset", "slow", "truncate", "html"}

var rowFaultNames = [...]string{"", "drop-row", "repeat-row"}

const (
	expireToken = "expire-token"
	staleRead   = "stale-read"
)

// ParseFaults reads a list such as "500=0.02,reset-after=0.01,drop-row=0.1,
// expire-token=200,stale-read=3s". Probabilities are per request; those of drop-row and
// repeat-row per page that has rows; expire-token is a number of requests, stale-read how
// long reads answer with the state before a write. An empty list is no faults. A request
// has one fault at most, so the probabilities may add up to 1, and those of the two row
// faults likewise.
func ParseFaults(list string) (Faults, error) {
	var f Faults
	seen := map[string]bool{}
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		name, value, found := strings.Cut(item, "=")
		if !found {
			return Faults{}, fmt.Errorf("read faults: %q has no value; write name=probability", item)
		}
		if seen[name] {
			return Faults{}, fmt.Errorf("read faults: %q is given twice", name)
		}
		seen[name] = true
		if err := f.set(name, value); err != nil {
			return Faults{}, err
		}
	}
	if sum(f.rates[:]) > 1+1e-9 {
		return Faults{}, errors.New("read faults: the probabilities add up to more than 1")
	}
	if sum(f.rows[:]) > 1+1e-9 {
		return Faults{}, errors.New("read faults: drop-row and repeat-row add up to more than 1")
	}
	return f, nil
}

func (f *Faults) set(name, value string) error {
	if name == expireToken {
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return fmt.Errorf("read faults: %s=%s is not a count of requests, 1 or more", name, value)
		}
		f.expire = n
		return nil
	}
	if name == staleRead {
		lag, err := time.ParseDuration(value)
		if err != nil || lag <= 0 {
			return fmt.Errorf("read faults: %s=%s is not a time like 3s", name, value)
		}
		f.stale = lag
		return nil
	}
	rate := f.rate(name)
	if rate == nil {
		return fmt.Errorf("read faults: unknown fault %q: the faults are %s, %s, %s, %s",
			name, strings.Join(faultNames[1:], ", "), strings.Join(rowFaultNames[1:], ", "), expireToken, staleRead)
	}
	p, err := strconv.ParseFloat(value, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return fmt.Errorf("read faults: %s=%s is not a probability between 0 and 1", name, value)
	}
	*rate = p
	return nil
}

func (f *Faults) rate(name string) *float64 {
	if i := slices.Index(faultNames[:], name); i > 0 {
		return &f.rates[i]
	}
	if i := slices.Index(rowFaultNames[:], name); i > 0 {
		return &f.rows[i]
	}
	return nil
}

// String returns the list that ParseFaults reads, empty for none.
func (f Faults) String() string {
	var items []string
	add := func(name string, p float64) {
		if p > 0 {
			items = append(items, name+"="+strconv.FormatFloat(p, 'g', -1, 64))
		}
	}
	for i, p := range f.rates {
		add(faultNames[i], p)
	}
	for i, p := range f.rows {
		add(rowFaultNames[i], p)
	}
	if f.expire > 0 {
		items = append(items, fmt.Sprintf("%s=%d", expireToken, f.expire))
	}
	if f.stale > 0 {
		items = append(items, staleRead+"="+f.stale.String())
	}
	return strings.Join(items, ",")
}

func sum(rates []float64) float64 {
	total := 0.0
	for _, p := range rates {
		total += p
	}
	return total
}

// draw is the outcome of the draw for one request. bits are further random bits, for the
// details of a fault.
type draw struct {
	fault fault
	row   RowFault
	bits  uint64
}

// faultSource draws faults. A request's draw depends on the seed, on what it asks for, and on how
// often that was asked before: the order in which different requests arrive does not change
// it.
type faultSource struct {
	faults Faults
	random bool // any fault but expire-token is possible
	seed   uint64

	mu       sync.Mutex
	asked    map[uint64]uint64
	requests int
}

func newFaultSource(faults Faults, seed uint64) *faultSource {
	return &faultSource{
		faults: faults,
		random: sum(faults.rates[:])+sum(faults.rows[:]) > 0,
		seed:   seed,
		asked:  map[uint64]uint64{},
	}
}

// draw draws for a request that asks for the given words (method, path and so on). expire
// says that the access tokens must be invalidated first.
func (l *faultSource) draw(words ...string) (d draw, expire bool) {
	if !l.random && l.faults.expire == 0 {
		return draw{}, false
	}
	ask := hash(l.seed, words...)
	l.mu.Lock()
	nth := l.asked[ask]
	if l.random {
		l.asked[ask] = nth + 1
	}
	l.requests++
	expire = l.faults.expire > 0 && l.requests%l.faults.expire == 0
	l.mu.Unlock()
	bits := mix(ask + nth*0x9e3779b97f4a7c15)
	d.fault = fault(pick(l.faults.rates[:], bits))
	d.row = RowFault(pick(l.faults.rows[:], mix(bits+1)))
	d.bits = mix(bits + 2)
	return d, expire
}

func (l *faultSource) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.asked)
	l.requests = 0
}

// pick returns the index that the random bits select if each index i > 0 has the
// probability rates[i], and 0 the rest.
func pick(rates []float64, bits uint64) int {
	at := math.Ldexp(float64(bits>>11), -53)
	for i, p := range rates {
		if at < p {
			return i
		}
		at -= p
	}
	return 0
}

// hash is FNV-1a over the words with a separator after each, mixed with the seed. It must
// never change, so that seeds of old runs keep their meaning.
func hash(seed uint64, words ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, word := range words {
		for i := range len(word) {
			h = (h ^ uint64(word[i])) * 1099511628211
		}
		h = (h ^ 0xff) * 1099511628211
	}
	return mix(h ^ mix(seed))
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
