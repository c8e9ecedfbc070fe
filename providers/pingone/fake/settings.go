package fake

import (
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

type settings struct {
	accessToken, authEnvironment, clientID, clientSecret, paging string

	post          bool
	count         bool
	countOffset   int
	deletedListed bool
	forbidden     sandbox.Names
	noIssuer      bool
	refuseOwned   bool
	pageSize      int
	uniqueTitles  bool
	stripZeros    bool
	tokenTTL      time.Duration
}

// switches returns the provider-specific switches of the sandbox (Options.Set).
func (s *settings) switches() sandbox.Switches {
	return sandbox.Switches{
		"access_token": sandbox.Text(
			"an access token that is good from the start and does not expire by time",
			&s.accessToken,
		),
		"auth_environment": sandbox.Text(
			"the environment that owns the worker application, default the environment itself",
			&s.authEnvironment,
		),
		"auth_method":   sandbox.Flag("basic (default) or post: how the application logs in", &s.post, "post", "basic"),
		"client_id":     sandbox.Text("the worker application's id", &s.clientID),
		"client_secret": sandbox.Text("the worker application's secret", &s.clientSecret),
		"count": sandbox.Custom(
			"declare a count in listings: true, or a number to add to the true one",
			s.setCount,
		),
		"deleted": sandbox.Flag("listed: listings show deleted types too", &s.deletedListed, "listed"),
		"forbid": s.forbidden.Switch(
			"list of environment, credential_types, issuance_rules, write: answer 403",
			"environment", "credential_types", "issuance_rules", "write",
		),
		"issuer": sandbox.Flag(
			"missing: the environment has no issuer profile, so that no type can be created",
			&s.noIssuer, "missing",
		),
		"owned": sandbox.Flag(
			"refused: a write that holds members of the server is refused",
			&s.refuseOwned, "refused",
		),
		"page_size": sandbox.Number("entries a page when no limit is asked for, default 100", &s.pageSize, 1),
		"paging": sandbox.Text(
			"circle: the last page links to the first; elsewhere: links lead to another host",
			&s.paging, "circle", "elsewhere",
		),
		"strip-zeros": sandbox.Flag(
			"true: the values of fields are stored without the zeros that they begin with",
			&s.stripZeros, "true", "false",
		),
		"titles":    sandbox.Flag("unique: a second type of a title is refused with 409", &s.uniqueTitles, "unique"),
		"token_ttl": sandbox.Span("lifetime of access tokens, default 1h", &s.tokenTTL, 1),
	}
}

func newSettings() *settings {
	return &settings{forbidden: sandbox.Names{}, pageSize: 100, tokenTTL: time.Hour}
}

func (s *settings) setCount(value string) bool {
	s.count = true
	n, err := strconv.Atoi(value)
	s.countOffset = n
	return err == nil || value == "true"
}
