package providertest

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"keyroster/providers"
)

// prover is what a law needs of a test: that of [testing.T], or a probe.
type prover interface {
	testing.TB
	Run(name string, prove func(prover))
	Parallel()
}

// realTest is a prover that reports to the test itself.
type realTest struct{ *testing.T }

// Run runs a part of a test.
func (p realTest) Run(name string, prove func(prover)) {
	p.T.Run(name, func(t *testing.T) { prove(realTest{t}) })
}

// Breaks reports whether a provider breaks a law, given by its name. It is for tests that
// the laws detect faults; the contract is left out.
func Breaks(t *testing.T, suite Suite, name string) bool {
	t.Helper()
	s := &suite
	s.Contract = nil
	s.check(t)
	for _, law := range laws {
		if law.name == name {
			return probed(t, func(p prover) { law.holds(p, s) })
		}
	}
	t.Fatalf("no law is called %q", name)
	return false
}

// FeatureBreaks reports whether the laws of features detect what spoil does to each opened
// account, and pass without it.
func FeatureBreaks(t *testing.T, suite Suite, spoil func(*providers.Client)) bool {
	t.Helper()
	const law = "has the features that it names"
	spec := *suite.Spec
	spec.Open = func(ctx context.Context, env providers.Env) (*providers.Client, error) {
		client, err := suite.Spec.Open(ctx, env)
		if err == nil {
			spoil(client)
		}
		return client, err
	}
	spoilt := suite
	spoilt.Spec = &spec
	return Breaks(t, spoilt, law) && !Breaks(t, suite, law)
}

// probe is a test whose failure is only recorded. It runs its parts one after the other.
type probe struct {
	testing.TB
	ctx context.Context

	mu       sync.Mutex
	failed   bool
	cleanups []func()
}

// probed reports whether a proof fails, by itself or in one of its parts.
func probed(t testing.TB, prove func(prover)) bool {
	ctx, cancel := context.WithCancel(context.Background())
	p := &probe{TB: t, ctx: ctx}
	done := make(chan struct{})
	go func() { // Fatal ends the goroutine
		defer close(done)
		prove(p)
	}()
	<-done
	cancel()
	for n := len(p.cleanups) - 1; n >= 0; n-- {
		p.cleanups[n]()
	}
	return p.Failed()
}

// Run skips further parts once one has failed: the law is broken.
func (p *probe) Run(_ string, prove func(prover)) {
	if !p.Failed() && probed(p.TB, prove) {
		p.Fail()
	}
}

func (p *probe) Parallel()                {}
func (p *probe) Helper()                  {}
func (p *probe) Log(...any)               {}
func (p *probe) Logf(string, ...any)      {}
func (p *probe) Context() context.Context { return p.ctx }
func (p *probe) Error(...any)             { p.Fail() }
func (p *probe) Errorf(string, ...any)    { p.Fail() }
func (p *probe) Fatal(...any)             { p.FailNow() }
func (p *probe) Fatalf(string, ...any)    { p.FailNow() }
func (p *probe) FailNow()                 { p.Fail(); runtime.Goexit() }

func (p *probe) Fail() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed = true
}

func (p *probe) Failed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

func (p *probe) Cleanup(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cleanups = append(p.cleanups, f)
}
