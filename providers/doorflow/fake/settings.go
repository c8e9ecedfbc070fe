package fake

import (
	"math"
	"strconv"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

type settings struct {
	accessToken, account, apiKey, clientID, clientSecret, redirectURI, refreshToken string
	headers, pagination, syncDescription, syncStatus, timeZone                      string

	autoConsent    bool
	forbidden      sandbox.Names
	limits         map[int64]int
	maskPINs       bool
	maxPerPage     int
	mobile         map[int64]bool
	pinMin, pinMax int
	syncWindow     time.Duration
	tokenTTL       time.Duration
	stripZeros     bool
	stumble        sandbox.Stumble
	totalOffset    int
	uniquePerType  bool
}

func newSettings() *settings {
	return &settings{
		forbidden: sandbox.Names{}, headers: "total", limits: map[int64]int{}, maxPerPage: 1000, mobile: map[int64]bool{},
		pinMin: 4, pinMax: 7, syncWindow: 30 * time.Second, timeZone: "Etc/UTC", tokenTTL: time.Hour,
	}
}

// switches returns the provider-specific switches of the sandbox (Options.Set).
func (s *settings) switches() sandbox.Switches {
	return sandbox.Switches{
		"access_token": sandbox.Text(
			"an access token that is good from the start and does not expire by time",
			&s.accessToken,
		),
		"account":       sandbox.Text("the account's id", &s.account),
		"api_key":       sandbox.Text("accept this key as the user name of HTTP Basic", &s.apiKey),
		"client_id":     sandbox.Text("the OAuth client's id", &s.clientID),
		"client_secret": sandbox.Text("the OAuth client's secret", &s.clientSecret),
		"consent":       sandbox.Flag("auto: /oauth/authorize approves without a page", &s.autoConsent, "auto"),
		"forbid": s.forbidden.Switch(
			"list of account, credential_types, credentials, people, sync, write: answer 403",
			"account", "credential_types", "credentials", "people", "sync", "write",
		),
		"headers": sandbox.Text(
			"total (default): Total, Per-Page; x: the X- family; paged: none with skip_pagination; none",
			&s.headers, "total", "x", "paged", "none",
		),
		"limit": sandbox.Custom(
			"list of TYPE:N: creating more than N credentials of the type meets limit_reached",
			s.setLimits,
		),
		"mask":         sandbox.Flag("pins: PINs are read as ******", &s.maskPINs, "pins"),
		"max-per-page": sandbox.Number("largest page of credentials and types, default 1000", &s.maxPerPage, 1),
		"mobile":       sandbox.Custom("list of type ids that are mobile, whatever their code", s.setMobile),
		"pagination": sandbox.Text(
			"ignored-skip: skip_pagination is ignored; ignored-page: page is ignored",
			&s.pagination, "ignored-skip", "ignored-page",
		),
		"pin-length":    sandbox.Custom("MIN-MAX, default 4-7", s.setPINLength),
		"redirect_uri":  sandbox.Text("a redirect URI to accept besides those on loopback", &s.redirectURI),
		"refresh_token": sandbox.Text("the first refresh token", &s.refreshToken),
		"strip-zeros": sandbox.Flag(
			"true: values are stored without the zeros that they begin with",
			&s.stripZeros, "true", "false",
		),
		"stumble":          s.stumble.Switch(),
		"sync-description": sandbox.Text("what the account says of its sync, beside sync-status", &s.syncDescription),
		"sync-status": sandbox.Text(
			"complete, failing, syncing or pending: what the account says of its sync, whatever that does",
			&s.syncStatus, "complete", "failing", "syncing", "pending",
		),
		"sync-window": sandbox.Span("least time between two syncs, default 30s", &s.syncWindow, 0),
		"time-zone":   sandbox.Text("the account's time zone, default Etc/UTC", &s.timeZone),
		"token-ttl":   sandbox.Span("lifetime of access tokens, default 1h", &s.tokenTTL, 1),
		"total": sandbox.Number(
			"add this number to the declared total of every listing",
			&s.totalOffset, math.MinInt,
		),
		"uniqueness": sandbox.Flag(
			"account (default) or type: where a value must be unique",
			&s.uniquePerType, "type", "account",
		),
	}
}

func (s *settings) setLimits(list string) bool {
	return sandbox.EachItem(list, func(item string) bool {
		id, count, _ := strings.Cut(item, ":")
		typeID, errID := strconv.ParseInt(id, 10, 64)
		n, errN := strconv.Atoi(count)
		s.limits[typeID] = n
		return errID == nil && errN == nil && n >= 0
	})
}

func (s *settings) setMobile(list string) bool {
	return sandbox.EachItem(list, func(item string) bool {
		id, err := strconv.ParseInt(item, 10, 64)
		s.mobile[id] = true
		return err == nil
	})
}

func (s *settings) setPINLength(value string) bool {
	var errLow, errHigh error
	low, high, _ := strings.Cut(value, "-")
	s.pinMin, errLow = strconv.Atoi(low)
	s.pinMax, errHigh = strconv.Atoi(high)
	return errLow == nil && errHigh == nil && 1 <= s.pinMin && s.pinMin <= s.pinMax && s.pinMax <= 18
}
