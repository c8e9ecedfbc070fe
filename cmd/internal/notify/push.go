package notify

import (
	"cmp"
	"context"
	"net/url"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/metricio"
	"keyroster/io/notifyio"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// CheckPush checks an address for metrics: a URL without a secret, or a reference (env:, file:,
// exec:) to one that may contain a user and a password. Empty is valid, for none. The error
// does not quote the address.
func CheckPush(address string) error {
	const give = "for example --metrics-push https://push.example.com (a Pushgateway), " +
		"https://otel.example.com:4318/v1/metrics (OTLP), or env:METRICS_URL"
	ref, err := configio.ParseReference(address)
	u, urlErr := url.Parse(address)
	switch {
	case address == "":
		return nil
	case err != nil:
		return failure.New(failure.Usage, give, "--metrics-push: %v", err)
	case !ref.Literal():
		return nil
	case urlErr != nil || u.Hostname() == "":
		return failure.New(failure.Usage, give, "--metrics-push takes a URL, or a reference to one")
	case u.User != nil || u.RawQuery != "":
		return failure.New(
			failure.Usage, "put the whole URL into an environment variable or a file: --metrics-push env:METRICS_URL, or file:PATH",
			"--metrics-push has a user or a query in its URL: anyone who can list this machine's processes could read it",
		)
	}
	if err := notifyio.CheckAddress(reconcile.NewSecret(address)); err != nil {
		return failure.New(failure.Usage, give, "--metrics-push: %v", err)
	}
	return nil
}

// PushMetrics pushes the metrics of a run, if the options say where. Failures are logged.
func PushMetrics(ctx context.Context, o *Options, run *metricio.Run) {
	if o.Push == "" {
		return
	}
	if err := push(ctx, o, run); err != nil {
		o.Sinks.Bare.Error().Str("account", o.Config.Name).Err(err).Msg("could not push the metrics")
	}
}

func push(ctx context.Context, o *Options, run *metricio.Run) error {
	ref, err := configio.ParseReference(o.Push)
	if err != nil {
		return err
	}
	to := metricio.Destination{
		Headers: cmp.Or(o.Getenv("OTEL_EXPORTER_OTLP_METRICS_HEADERS"), o.Getenv("OTEL_EXPORTER_OTLP_HEADERS")),
	}
	if to.Address, err = ref.Resolve(ctx, o.Config.Dir(), o.Getenv); err != nil {
		return err
	}
	if to.Roots, err = httpapi.Roots(o.Config.CAFile); err != nil {
		return err
	}
	return metricio.Push(ctx, to, o.Tool, run)
}
