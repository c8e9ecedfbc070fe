package fake

import "keyroster/providers/sandbox"

type settings struct {
	apiKey, personalToken, sessionToken, workspaceID, lateError, unavailable string
	// unnamed is the workspace's id if neither state nor switches have one.
	unnamed string

	void         bool
	forbidden    sandbox.Names
	notSandbox   bool
	maxLimit     int
	unpaginated  bool
	stripZeros   bool
	stuck        sandbox.Names
	stumble      sandbox.Stumble
	clashAllowed bool
}

func newSettings() *settings {
	return &settings{forbidden: sandbox.Names{}, maxLimit: 1000, stuck: sandbox.Names{}}
}

// switches returns the provider-specific switches of the sandbox (Options.Set).
func (s *settings) switches() sandbox.Switches {
	return sandbox.Switches{
		"answers": sandbox.Flag(
			"void: update, assign and unassign answer without the credential",
			&s.void, "void",
		),
		"api_key": sandbox.Text("the API key to accept", &s.apiKey),
		"forbid":  s.forbidden.Switch("list of paths (/acs/credentials/update): answer 403"),
		"is_sandbox": sandbox.Flag(
			"true (default) or false: what the workspace says of itself",
			&s.notSandbox, "false", "true",
		),
		"late-error": sandbox.Text(
			"codes that end in these digits are refused by the provider after they were accepted",
			&s.lateError,
		),
		"max-limit":             sandbox.Number("largest page of credentials and users, default 1000", &s.maxLimit, 1),
		"pagination":            sandbox.Flag("none: lists have no pagination member", &s.unpaginated, "none"),
		"personal_access_token": sandbox.Text("the personal access token to accept", &s.personalToken),
		"session_token":         sandbox.Text("a client session token to accept on lists", &s.sessionToken),
		"strip-zeros": sandbox.Flag(
			"true: codes are stored without the zeros that they begin with",
			&s.stripZeros, "true", "false",
		),
		"stumble": s.stumble.Switch(),
		"stuck":   s.stuck.Switch("list of system ids, or all: accepted changes never reach the provider"),
		"unavailable": sandbox.Text(
			"codes that end in these digits are replaced by the provider with another",
			&s.unavailable,
		),
		"uniqueness": sandbox.Flag(
			"system (default): 409 for a second equal code in one system; none",
			&s.clashAllowed, "none", "system",
		),
		"workspace_id": sandbox.Text("the workspace's id", &s.workspaceID),
	}
}
