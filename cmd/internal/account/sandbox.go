package account

import (
	"context"

	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/plainfile"
	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/httpapi"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// maxSandboxState bounds the size of a sandbox's state file, which is read into memory.
const maxSandboxState = 1 << 30

// startSandbox serves the provider's API in this process, from the account's state file, and
// points the account at it. stop shuts it down.
func startSandbox(
	ctx context.Context, config *configio.Account, spec *providers.Spec, env *providers.Env,
) (stop func(), err error) {
	s := config.Sandbox
	options := sandbox.Options{Generate: s.Generate, Seed: s.Seed, Settle: s.Settle, Place: config.Name, Set: s.Set}
	if s.State != "" {
		state, err := plainfile.Read(s.State, maxSandboxState)
		if err != nil {
			return nil, failure.New(failure.Usage, "", "read the sandbox's state: %v", err)
		}
		options.State = state
	}
	api, err := all.Fake(spec.Name, options)
	if err != nil {
		return nil, sandboxFailure(failure.Usage, config, err)
	}
	faults, err := sandbox.ParseFaults(s.Faults)
	if err != nil {
		return nil, sandboxFailure(failure.Usage, config, err)
	}
	limit, err := PerSecond(s.RateLimit)
	if err != nil {
		return nil, sandboxFailure(failure.Usage, config, err)
	}
	url, stop, err := sandbox.Start(context.WithoutCancel(ctx), api, sandbox.Config{
		Provider: spec.Name, Latency: s.Latency, Rate: limit, Faults: faults, Seed: s.Seed,
	})
	if err != nil {
		return nil, sandboxFailure(failure.Stopped, config, err)
	}
	env.BaseURL = url
	welcome := api.Welcome(url)
	if len(env.Auth) == 0 {
		env.Auth = WelcomeAuth(spec, welcome)
	}
	return stop, nil
}

func sandboxFailure(kind failure.Kind, config *configio.Account, err error) error {
	return failure.New(kind, "", "start the sandbox of account %s: %v", config.Name, err)
}

// WelcomeAuth takes the login from a sandbox's welcome document: those members that need no file.
func WelcomeAuth(spec *providers.Spec, welcome map[string]any) map[string]reconcile.Secret {
	given := func(name string) (string, bool) {
		for _, from := range []any{welcome["auth"], welcome} {
			if text := WelcomeText(from, name); text != "" {
				return text, true
			}
		}
		return "", false
	}
	for _, form := range spec.Auth {
		out := map[string]reconcile.Secret{}
		for _, m := range form.Members {
			if text, ok := given(m.Name); ok && !m.Path {
				out[m.Name] = reconcile.NewSecret(text)
			}
		}
		if len(out) == len(form.Members) {
			return out
		}
	}
	return nil
}

// WelcomeText returns a string member of an object in a sandbox's welcome document, or "".
func WelcomeText(object any, name string) string {
	switch o := object.(type) {
	case map[string]any:
		text, _ := o[name].(string)
		return text
	case map[string]string:
		return o[name]
	}
	return ""
}

// PerSecond parses a rate as requests per second; empty and none are 0.
func PerSecond(text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	rate, err := httpapi.ParseRate(text)
	if err != nil || rate.Requests == 0 {
		return 0, err
	}
	return float64(rate.Requests) / rate.Per.Seconds(), nil
}
