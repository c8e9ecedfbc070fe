package fake

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"keyroster/providers/sandbox"
)

// Switches are the provider-specific switches of the sandbox (Options.Set),
// each with what it does.
var Switches = map[string]string{
	"access_token":     "an access token that is good from the start and does not expire by time",
	"account":          "the account's id",
	"api_key":          "accept this key as the user name of HTTP Basic",
	"client_id":        "the OAuth client's id",
	"client_secret":    "the OAuth client's secret",
	"consent":          "auto: /oauth/authorize approves without a page",
	"forbid":           "list of account, credential_types, credentials, people, sync, write: answer 403",
	"headers":          "total (default): Total, Per-Page; x: the X- family; paged: none with skip_pagination; none",
	"limit":            "list of TYPE:N: creating more than N credentials of the type meets limit_reached",
	"mask":             "pins: PINs are read as ******",
	"max-per-page":     "largest page of credentials and types, default 1000",
	"mobile":           "list of type ids that are mobile, whatever their code",
	"pagination":       "ignored-skip: skip_pagination is ignored; ignored-page: page is ignored",
	"pin-length":       "MIN-MAX, default 4-7",
	"redirect_uri":     "a redirect URI to accept besides those on loopback",
	"refresh_token":    "the first refresh token",
	"strip-zeros":      "true: values are stored without the zeros that they begin with",
	"stumble":          sandbox.StumbleHelp,
	"sync-description": "what the account says of its sync, beside sync-status",
	"sync-status":      "complete, failing, syncing or pending: what the account says of its sync, whatever that does",
	"sync-window":      "least time between two syncs, default 30s",
	"time-zone":        "the account's time zone, default Etc/UTC",
	"token-ttl":        "lifetime of access tokens, default 1h",
	"total":            "add this number to the declared total of every listing",
	"uniqueness":       "account (default) or type: where a value must be unique",
}

type settings struct {
	accessToken, account, apiKey, clientID, clientSecret, redirectURI, refreshToken, syncDescription, syncStatus, timeZone string

	autoConsent   bool
	forbidden     sandbox.Names
	headers       string
	limits        map[int64]int
	maskPINs      bool
	maxPerPage    int
	mobile        map[int64]bool
	ignoreSkip    bool
	ignorePage    bool
	pinMin        int
	pinMax        int
	syncWindow    time.Duration
	tokenTTL      time.Duration
	stripZeros    bool
	stumble       sandbox.Stumble
	totalOffset   int
	uniquePerType bool
}

func parseSettings(set map[string]string) (settings, error) {
	s := settings{
		forbidden:  sandbox.Names{},
		headers:    "total",
		limits:     map[int64]int{},
		maxPerPage: 1000,
		mobile:     map[int64]bool{},
		pinMin:     4,
		pinMax:     7,
		syncWindow: 30 * time.Second,
		timeZone:   "Etc/UTC",
		tokenTTL:   time.Hour,
	}
	err := sandbox.ReadSwitches(set, Switches, s.set)
	return s, err
}

// set takes one switch; false is a bad value.
func (s *settings) set(name, value string) bool {
	if text := s.text(name); text != nil {
		*text = value
		return true
	}
	switch name {
	case "consent":
		s.autoConsent = true
		return value == "auto"
	case "forbid":
		return s.forbidden.Add(value, "account", "credential_types", "credentials", "people", "sync", "write")
	case "stumble":
		return s.stumble.Set(value)
	case "headers":
		s.headers = value
		return slices.Contains([]string{"total", "x", "paged", "none"}, value)
	case "mask":
		s.maskPINs = true
		return value == "pins"
	case "pagination":
		s.ignoreSkip, s.ignorePage = value == "ignored-skip", value == "ignored-page"
		return s.ignoreSkip || s.ignorePage
	case sandbox.StripZeros:
		s.stripZeros = value == "true"
		return s.stripZeros || value == "false"
	case "uniqueness":
		s.uniquePerType = value == "type"
		return value == "type" || value == "account"
	}
	return s.setNumber(name, value)
}

func (s *settings) setNumber(name, value string) bool {
	var err error
	switch name {
	case "limit":
		return sandbox.EachItem(value, func(item string) bool {
			id, count, _ := strings.Cut(item, ":")
			typeID, errID := strconv.ParseInt(id, 10, 64)
			n, errN := strconv.Atoi(count)
			s.limits[typeID] = n
			return errID == nil && errN == nil && n >= 0
		})
	case "max-per-page":
		s.maxPerPage, err = strconv.Atoi(value)
		return err == nil && s.maxPerPage > 0
	case "mobile":
		return sandbox.EachItem(value, func(item string) bool {
			id, err := strconv.ParseInt(item, 10, 64)
			s.mobile[id] = true
			return err == nil
		})
	case "pin-length":
		low, high, _ := strings.Cut(value, "-")
		var errHigh error
		s.pinMin, err = strconv.Atoi(low)
		s.pinMax, errHigh = strconv.Atoi(high)
		return err == nil && errHigh == nil && 1 <= s.pinMin && s.pinMin <= s.pinMax && s.pinMax <= 18
	case "sync-description":
		s.syncDescription = value
		return true
	case "sync-status":
		s.syncStatus = value
		return slices.Contains([]string{"complete", "failing", "syncing", "pending"}, value)
	case "sync-window":
		s.syncWindow, err = time.ParseDuration(value)
		return err == nil && s.syncWindow >= 0
	case "token-ttl":
		s.tokenTTL, err = time.ParseDuration(value)
		return err == nil && s.tokenTTL > 0
	case "total":
		s.totalOffset, err = strconv.Atoi(value)
		return err == nil
	}
	return false
}

func (s *settings) text(name string) *string {
	return map[string]*string{
		"access_token":  &s.accessToken,
		"account":       &s.account,
		"api_key":       &s.apiKey,
		"client_id":     &s.clientID,
		"client_secret": &s.clientSecret,
		"redirect_uri":  &s.redirectURI,
		"refresh_token": &s.refreshToken,
		"time-zone":     &s.timeZone,
	}[name]
}
