package transfer

import (
	"cmp"
	"slices"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/providers/httpapi"
	"keyroster/reconcile/engine"
)

// forecast estimates the calls needed to carry out a plan.
func forecast(target *account.Account, d *draft.Draft) providers.Calls {
	if target.Forecast == nil {
		return nil
	}
	f := providers.Forecast{Listing: d.Listing, Fresh: target.Config.Freshness != string(engine.FreshListing)}
	for i := range d.Plan.Lines {
		if d.Plan.Lines[i].Sends() {
			f.Changes = append(f.Changes, d.Plan.Change(i))
		}
	}
	for n, chain := range d.Plan.Chains {
		if d.Plan.IsCycle(n) {
			// Its first record is parked by an extra change, and read before it gets its final value.
			// If records are read before their writes, all records of the cycle are read first.
			f.Changes = append(f.Changes, d.Plan.Change(int(chain[0])))
			f.Looks++
			if f.Fresh {
				f.Looks += len(chain) - 1
			}
		}
	}
	return target.Forecast(f)
}

// budgetOf lists the calls to an account, reads before writes.
func budgetOf(account string, lists ...providers.Calls) []reportio.MigrationCalls {
	sum := providers.Calls{}
	for _, calls := range lists {
		for call, n := range calls {
			sum[call] += n
		}
	}
	var out []reportio.MigrationCalls
	for call, n := range sum {
		out = append(out, reportio.MigrationCalls{
			Account: account, Kind: call.Op.String(), Endpoint: string(call.Endpoint), Calls: n,
		})
	}
	order := []string{httpapi.Login.String(), httpapi.Read.String(), httpapi.Write.String()}
	slices.SortFunc(out, func(a, b reportio.MigrationCalls) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)),
			cmp.Compare(a.Endpoint, b.Endpoint),
		)
	})
	return out
}

// timeOf is how long calls to an account take at its rate, 0 without a rate.
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
