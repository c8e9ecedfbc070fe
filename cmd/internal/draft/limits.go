package draft

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/reconcile"
)

// limitsOf returns the configuration's limits, overridden by NAME=VALUE texts. Limits of single
// types are skipped: see [typeLimitsOf].
func limitsOf(config reconcile.Limits, pairs []string) (reconcile.Limits, error) {
	out := reconcile.Limits{}
	maps.Copy(out, config)
	for _, pair := range pairs {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, failure.New(failure.Usage, "for example --limit update=40%",
				"--limit takes NAME=VALUE, not %q", pair)
		}
		if strings.Contains(name, ".") {
			continue
		}
		limit, err := reconcile.ParseLimit(name, value)
		if err != nil {
			return nil, failure.Wrap(failure.Usage, err)
		}
		out[name] = limit
	}
	return out, nil
}

// typeLimitsOf returns the configuration's limits of single types, overridden by
// TYPE.NAME=VALUE texts.
func typeLimitsOf(config map[string]reconcile.Limits, pairs []string) (map[string]reconcile.Limits, error) {
	out := map[string]reconcile.Limits{}
	for kind, limits := range config {
		out[kind] = maps.Clone(limits)
	}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		dot := strings.LastIndex(name, ".")
		if dot < 0 {
			continue
		}
		kind, name := name[:dot], name[dot+1:]
		limit, err := reconcile.ParseLimit(name, value)
		if err == nil && !slices.Contains(reconcile.TypeLimitNames, name) {
			err = fmt.Errorf("limit %s cannot be set for a single type; those that can: %s",
				name, strings.Join(reconcile.TypeLimitNames, ", "))
		}
		if err != nil {
			return nil, failure.Wrap(failure.Usage, err)
		}
		if out[kind] == nil {
			out[kind] = reconcile.Limits{}
		}
		out[kind][name] = limit
	}
	return out, nil
}
