package fake

import (
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// Switches are the provider-specific switches of the sandbox (Options.Set),
// each with what it does.
var Switches = map[string]string{
	"access_token":     "an access token that is good from the start and does not expire by time",
	"auth_environment": "the environment that owns the worker application, default the environment itself",
	"auth_method":      "basic (default) or post: how the application logs in",
	"client_id":        "the worker application's id",
	"client_secret":    "the worker application's secret",
	"count":            "declare a count in listings: true, or a number to add to the true one",
	"deleted":          "listed: listings show deleted types too",
	"forbid":           "list of environment, credential_types, issuance_rules, write: answer 403",
	"issuer":           "missing: the environment has no issuer profile, so that no type can be created",
	"owned":            "refused: a write that holds members of the server is refused",
	"page_size":        "entries a page when no limit is asked for, default 100",
	"paging":           "circle: the last page links to the first; elsewhere: links lead to another host",
	"strip-zeros":      "true: the values of fields are stored without the zeros that they begin with",
	"titles":           "unique: a second type of a title is refused with 409",
	"token_ttl":        "lifetime of access tokens, default 1h",
}

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

func parseSettings(set map[string]string) (settings, error) {
	s := settings{forbidden: sandbox.Names{}, pageSize: 100, tokenTTL: time.Hour}
	err := sandbox.ReadSwitches(set, Switches, s.set)
	return s, err
}

// set takes one switch; false is a bad value.
func (s *settings) set(name, value string) bool {
	if text := map[string]*string{
		"access_token": &s.accessToken, "auth_environment": &s.authEnvironment, "client_id": &s.clientID, "client_secret": &s.clientSecret,
	}[name]; text != nil {
		*text = value
		return true
	}
	var err error
	switch name {
	case "auth_method":
		s.post = value == "post"
		return s.post || value == "basic"
	case "count":
		s.count = true
		if value != "true" {
			s.countOffset, err = strconv.Atoi(value)
		}
		return err == nil
	case "deleted":
		s.deletedListed = true
		return value == "listed"
	case "forbid":
		return s.forbidden.Add(value, "environment", "credential_types", "issuance_rules", "write")
	case "issuer":
		s.noIssuer = true
		return value == "missing"
	case "owned":
		s.refuseOwned = true
		return value == "refused"
	case "page_size":
		s.pageSize, err = strconv.Atoi(value)
		return err == nil && s.pageSize > 0
	case "paging":
		s.paging = value
		return value == "circle" || value == "elsewhere"
	case sandbox.StripZeros:
		s.stripZeros = value == "true"
		return s.stripZeros || value == "false"
	case "titles":
		s.uniqueTitles = true
		return value == "unique"
	case "token_ttl":
		s.tokenTTL, err = time.ParseDuration(value)
		return err == nil && s.tokenTTL > 0
	}
	return false
}
