package fake

import (
	"strconv"

	"keyroster/providers/sandbox"
)

// Switches are the provider-specific switches of the sandbox (Options.Set),
// each with what it does.
var Switches = map[string]string{
	"answers":               "void: update, assign and unassign answer without the credential",
	"api_key":               "the API key to accept",
	"forbid":                "list of paths (/acs/credentials/update): answer 403",
	"is_sandbox":            "true (default) or false: what the workspace says of itself",
	"late-error":            "codes that end in these digits are refused by the provider after they were accepted",
	"max-limit":             "largest page of credentials and users, default 1000",
	"pagination":            "none: lists have no pagination member",
	"personal_access_token": "the personal access token to accept",
	"session_token":         "a client session token to accept on lists",
	"strip-zeros":           "true: codes are stored without the zeros that they begin with",
	"stumble":               sandbox.StumbleHelp,
	"stuck":                 "list of system ids, or all: accepted changes never reach the provider",
	"unavailable":           "codes that end in these digits are replaced by the provider with another",
	"uniqueness":            "system (default): 409 for a second equal code in one system; none",
	"workspace_id":          "the workspace's id",
}

type settings struct {
	apiKey, personalToken, sessionToken, workspaceID string

	void         bool
	forbidden    sandbox.Names
	notSandbox   bool
	lateError    string
	maxLimit     int
	unpaginated  bool
	stripZeros   bool
	stuck        sandbox.Names
	stumble      sandbox.Stumble
	unavailable  string
	clashAllowed bool
}

func parseSettings(set map[string]string) (settings, error) {
	s := settings{forbidden: sandbox.Names{}, maxLimit: 1000, stuck: sandbox.Names{}}
	err := sandbox.ReadSwitches(set, Switches, s.set)
	return s, err
}

// set takes one switch; false is a bad value.
func (s *settings) set(name, value string) bool {
	switch name {
	case "answers":
		s.void = true
		return value == "void"
	case "api_key":
		s.apiKey = value
	case "forbid":
		return s.forbidden.Add(value)
	case "is_sandbox":
		s.notSandbox = value == "false"
		return value == "true" || value == "false"
	case "late-error":
		s.lateError = value
	case "max-limit":
		n, err := strconv.Atoi(value)
		s.maxLimit = n
		return err == nil && n > 0
	case "pagination":
		s.unpaginated = true
		return value == "none"
	case "personal_access_token":
		s.personalToken = value
	case "session_token":
		s.sessionToken = value
	case sandbox.StripZeros:
		s.stripZeros = value == "true"
		return s.stripZeros || value == "false"
	case "stumble":
		return s.stumble.Set(value)
	case "stuck":
		return s.stuck.Add(value)
	case "unavailable":
		s.unavailable = value
	case "uniqueness":
		s.clashAllowed = value == "none"
		return value == "none" || value == "system"
	case "workspace_id":
		s.workspaceID = value
	}
	return true
}
