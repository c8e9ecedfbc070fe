package reportio

// Migration is what a report says about a run that moves credentials from
// another account. Members may be added, never renamed.
type Migration struct {
	// From is the account that was read, with its provider and tenant.
	From         string `json:"from"`
	FromProvider string `json:"from_provider"`
	FromTenant   string `json:"from_tenant"`
	// Records is how many it holds. Each is one of Moved (its row is sent, or
	// already right), Refused (its row needs a person), Lost (it has no row, for a
	// reason) or OutOfScope (the command did not ask for it).
	Records    int `json:"records"`
	Moved      int `json:"moved"`
	Refused    int `json:"refused"`
	Lost       int `json:"lost"`
	OutOfScope int `json:"out_of_scope"`
	// Partial counts those of Moved and Refused that leave something behind.
	Partial int `json:"partial"`
	// MissingHolders counts the people whom the target does not know; their
	// records have rows, which are invalid.
	MissingHolders int `json:"missing_holders"`
	// Losses are the reasons, the most frequent first.
	Losses []MigrationLoss `json:"losses"`
	// Folder and Files are where the migration's files are.
	Folder string   `json:"folder"`
	Files  []string `json:"files"`
	// Calls are the calls that the run makes if none must be repeated, by account and
	// endpoint; ExpectedSeconds is how long they take at the configured rates, 0 without any.
	Calls           []MigrationCalls `json:"calls"`
	ExpectedSeconds int              `json:"expected_seconds"`
}

// MigrationLoss is one reason why something is lost; with a column, only that column is.
type MigrationLoss struct {
	Column  string `json:"column"`
	Reason  string `json:"reason"`
	Records int    `json:"records"`
}

// MigrationCalls counts calls of one endpoint, whose ids are written as {}.
type MigrationCalls struct {
	Account string `json:"account"`
	// Kind is login, read or write.
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint"`
	Calls    int    `json:"calls"`
}
