package main

import (
	"context"

	"keyroster/io/configio"
)

// references looks at what the account refers to beside its login. A key of the
// fingerprints stops a run that is not there; whoever cannot be told stops none,
// and would be missed on the first night that matters.
func (e *examination) references(ctx context.Context, a *app) {
	if ref := e.config.FingerprintKey; ref != nil {
		if _, err := ref.Resolve(ctx, e.config.Dir(), a.getenv); err != nil {
			e.fail("fingerprint key", &failure{code: exitUsage, err: err, hint: "set what fingerprint_key refers to"})
		} else {
			e.ok("fingerprint key", "resolved")
		}
	}
	const name = "notifications"
	resolved, missing := 0, false
	look := func(key string, ref *configio.Reference) {
		if ref == nil {
			return
		}
		if _, err := ref.Resolve(ctx, e.config.Dir(), a.getenv); err != nil {
			e.warn(name, "set what it refers to: until then nobody is told by it", "%s: %v", key, err)
			missing = true
			return
		}
		resolved++
	}
	if beat := e.config.Heartbeat; beat != nil {
		look("heartbeat.start", beat.Start)
		look("heartbeat.success", beat.Success)
		look("heartbeat.failure", beat.Failure)
	}
	if n := e.config.Notify; n != nil {
		look("notify.webhook", n.Webhook)
		if n.Mail != nil {
			look("notify.mail.password", n.Mail.Password)
		}
	}
	if resolved > 0 && !missing {
		e.ok(name, "%s resolved; none was called", plural(resolved, "reference"))
	}
}
