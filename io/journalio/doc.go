// Package journalio is the journal of a run: what was announced to a provider
// before it was sent, and what came of it. It is an append-only file with one
// JSON object a line, and the one thing that survives a killed process.
//
// # Format
//
// Every line has all of these members, in this order, and nothing else:
//
//	{"seq":7,"at":"2026-01-31T02:00:01.5Z","prev":"…","hash":"…","kind":"intent","line":3,"attempt":1,
//	 "op":"update","credential_id":"8001","outcome":"","http_status":0,"request_id":"","note":""}
//
// (on one line, without spaces between the members). seq counts from 1; line is
// the index in the plan, or -1 for a line about the run as a whole; a time is
// RFC 3339 in UTC. No line holds a value of a credential.
//
// hash is the SHA-256 in hex of the line's own bytes, without the line feed and
// with hash itself empty ("hash":""); prev is the hash of the line before,
// empty in the first. So a line that was changed, removed, doubled or moved
// breaks the chain at its number, and the last line is protected like all
// others:
//
//	sed -n 7p journal.ndjson | sed 's/"hash":"[0-9a-f]*"/"hash":""/' | tr -d '\n' | sha256sum
//
// A chain does not show whether whole lines are missing at the end. A closed
// journal ends in a line of kind end, whose hash is in the run's manifest; an open
// one has a mark beside it (journal.ndjson.mark), which says how far it went. All
// this detects accidents; it is not a signature.
//
// # Torn tails
//
// A process that was killed, or a machine that lost power, can leave the
// beginning of one line at the end, which some file systems fill up with zero
// bytes. Such a tail was never acknowledged: [Read] reports it, and [Resume]
// cuts it off and records that. Anything else that is not exactly a line of the
// chain is refused.
package journalio
