package notify

import (
	"context"

	"keyroster/io/configio"
	"keyroster/io/notifyio"
	"keyroster/providers/httpapi"
)

// ping calls one heartbeat address; nil for none.
func ping(ctx context.Context, o *Options, ref *configio.Reference, text string) {
	if ref == nil {
		return
	}
	address, err := ref.Resolve(ctx, o.Config.Dir(), o.Getenv)
	if err == nil {
		err = deliver(o, func(m *notifyio.Messenger) error { return m.Ping(ctx, address, text) })
	}
	undelivered(o, "heartbeat", err)
}

func callWebhook(ctx context.Context, o *Options, ref *configio.Reference, m notifyio.Message) {
	address, err := ref.Resolve(ctx, o.Config.Dir(), o.Getenv)
	if err == nil {
		err = deliver(o, func(by *notifyio.Messenger) error { return by.Webhook(ctx, address, m) })
	}
	undelivered(o, "webhook", err)
}

func mail(ctx context.Context, o *Options, to *configio.Mail, m notifyio.Message) {
	server := notifyio.Server{Host: to.Host, Port: to.Port, TLS: to.TLS, Username: to.Username}
	var err error
	if to.Password != nil {
		server.Password, err = to.Password.Resolve(ctx, o.Config.Dir(), o.Getenv)
	}
	if err == nil {
		err = deliver(o, func(by *notifyio.Messenger) error { return by.Mail(ctx, server, to.From, to.To, m) })
	}
	undelivered(o, "mail", err)
}

// deliver sends through a messenger that uses the account's CA file.
func deliver(o *Options, send func(*notifyio.Messenger) error) error {
	roots, err := httpapi.Roots(o.Config.CAFile)
	if err != nil {
		return err
	}
	return send(notifyio.New(roots))
}

func undelivered(o *Options, what string, err error) {
	if err != nil {
		o.Sinks.Bare.Error().Str("account", o.Config.Name).Err(err).Msg("the " + what + " was not delivered")
	}
}
