package main

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile/engine"
)

// callLog counts the calls of a client by endpoint, repetitions apart. It is
// safe for concurrent use.
type callLog struct {
	spec *providers.Spec
	mu   sync.Mutex
	made providers.Calls
}

func newCallLog(spec *providers.Spec) *callLog {
	return &callLog{spec: spec, made: providers.Calls{}}
}

func (l *callLog) observe(e httpapi.Event) {
	if e.Kind != httpapi.Attempted || e.Attempt > 1 {
		return
	}
	call := providers.Call{Op: e.Op, Endpoint: providers.EndpointOf(l.spec.Endpoints, e.Method, e.Path)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[call]++
}

// sofar are the calls that were made until now.
func (l *callLog) sofar() providers.Calls {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.made)
}

// forecast are the calls that carrying out a plan takes.
func forecast(target *account, d *draft) providers.Calls {
	forecaster, ok := target.provider.(providers.Forecaster)
	if !ok {
		return nil
	}
	f := providers.Forecast{Listing: d.listing, Fresh: target.config.Freshness != string(engine.FreshListing)}
	for i := range d.plan.Lines {
		if d.plan.Lines[i].Sends() {
			f.Changes = append(f.Changes, d.plan.Change(i))
		}
	}
	for n, chain := range d.plan.Chains {
		if d.plan.Circle(n) {
			// Its first record is parked, which is a change of its own, and looked
			// at before it takes its value; where records are read before their
			// writes, the circle first looks where it stands.
			f.Changes = append(f.Changes, d.plan.Change(int(chain[0])))
			f.Looks++
			if f.Fresh {
				f.Looks += len(chain) - 1
			}
		}
	}
	return forecaster.Forecast(f)
}

// budgetOf lists calls to an account, reads before writes.
func budgetOf(account string, lists ...providers.Calls) []reportio.MigrationCalls {
	sum := providers.Calls{}
	for _, calls := range lists {
		for call, n := range calls {
			sum[call] += n
		}
	}
	var out []reportio.MigrationCalls
	for call, n := range sum {
		out = append(out, reportio.MigrationCalls{Account: account, Kind: call.Op.String(), Endpoint: string(call.Endpoint), Calls: n})
	}
	order := []string{httpapi.Login.String(), httpapi.Read.String(), httpapi.Write.String()}
	slices.SortFunc(out, func(a, b reportio.MigrationCalls) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)), cmp.Compare(a.Endpoint, b.Endpoint))
	})
	return out
}

// timeOf is how long calls to an account take at its rate, 0 without one.
func timeOf(config *configio.Account, budget []reportio.MigrationCalls) time.Duration {
	rate, err := httpapi.ParseRate(config.Rate)
	if err != nil || rate.Requests == 0 {
		return 0
	}
	total := 0
	for _, c := range budget {
		total += c.Calls
	}
	return time.Duration(total) * rate.Per / time.Duration(rate.Requests)
}
