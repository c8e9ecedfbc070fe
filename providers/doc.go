// Package providers declares what a provider is to the rest of keyroster: one
// [Spec] value of data and, once an account is open, a [Client]: the six methods of
// [reconcile.Provider] and [Features]. Flags, help texts, capability tables and
// tests iterate over the list in package all; nothing else names a provider.
//
// Providers never import each other, nor anything of io or cmd.
//
// # Writing a provider
//
// A provider is a folder here with its client, and below it a folder fake with the
// API as the sandbox serves it. Package example is a complete one: copy it, then
// change it in the order of the sections below. You are done when the laws of package
// providertest pass; each section quotes the laws that it has to satisfy. Run them
// from the third step on, one at a time:
//
//	go test ./providers/NAME -run 'TestLaws/laws/lists_the_account$'
//
// # Before you start
//
// Collect these facts about the API, each with the page that documents it: What is a
// record, and who holds it? What finds a record without its id (a holder and a type, a
// title), and is there at most one? Which members can be set, changed in place,
// cleared? What must be unique, and are values masked? How is a list paged, does it
// declare a total, and which filters match parts of a text? What is the answer to a
// creation of something that exists, and to a change or deletion of something that
// is gone? Does a change reach the doors by itself? What are keys, logins and
// permissions, and what does a refusal look like?
//
// # 1. The row
//
// The struct Row has one field for each column of a roster, in the same order; its
// tags become the [reconcile.Schema] (see [reconcile.NewSchema] for the words). One
// column is the key. Those tagged pairs find the record of a row that has no id.
// Managed columns say what can be done with them: create, update, clear, move. Values
// are [reconcile.Secret]s. Tags also say what a column means to the rest of the
// program: holder, holder-name, holder-email, type, fingerprint and the others of
// [reconcile.Meaning]. Without holder, the records of different people cannot be told
// apart; without fingerprint, exports have none. Use the column names of the other
// providers: holder_id, holder_email, type, value, state, holder_name, fingerprint.
//
// Set in the schema what tags cannot express: Unique, OneEach (one record for each
// pairing key), Holder and Noun, and CardTypes, without which no value is ever shown
// in part.
//
// Check validates a row by itself: what it must name, the form of ids and dates. It
// gets the texts of the file, so a cell may hold [reconcile.EmptyMarker], which clears,
// or a mask ([reconcile.IsMask]), which means nothing. It only reports problems, and
// leaves to the API what the API decides better.
//
//   - "leaves a record that moved": with OneEach, the API itself must refuse a second
//     record; without it, Read has to find what a lost creation made in another way.
//
// # 2. The Spec and Open
//
// [Spec] is data: see its fields. Auth lists the ways to log in. Open makes a client
// and sends nothing; it gets its transport from [httpapi.New], passing [Env.HTTP] with
// only BaseURL changed, and one of the authorizers of httpapi: [httpapi.Bearer] for an
// API key, [httpapi.ClientCredentials], or [httpapi.RotatingToken], whose store is
// [Env.Tokens] if that is set and otherwise the file that a Path member names. Honour
// [Env.PageSize] up to the largest page of the API, which may refuse a larger one.
//
//   - "logs in by every form": each form that Spec lists opens the same tenant, and a
//     wrong secret is class Denied. The transport handles a 401. Forms are filled
//     with what the fake's Welcome or its switches have under the members' names; all
//     other laws use the first form that needs no file, so offer one.
//   - "has the features that it names": Spec.Features must match what Open returns.
//
// Undo says what an undo cannot bring back: types that are never created again, what a
// recreated record lacks, and the same in sentences for people. Values, holders and
// what rosters can set at creation are restored automatically; no law asks for more.
//
// # 3. The client: calls and refusals
//
// All calls go through [httpapi.Client.Do] with the right Op: a Read may be repeated,
// a Write only when it certainly was not processed. Tenant is called first: it proves
// that host and login are good, so an answer without an id is an error. Package failure
// turns every unexpected answer into a [reconcile.Failure] with a class. Its reason
// never holds a body; the API's own words go through [httpapi.Redact], with the values
// of row and record. Denied is about the login and stops the run; Refused is about one
// record; Gone, Moved, Exhausted and Lost mean what they say. Check the form of an id
// from outside before it becomes part of a path: "..", for one, leads elsewhere.
//
//   - "sorts refusals": 400, 409 and 422 fail the line and not the run, 401 ends the
//     run, and what was refused is sent once. The answers have Suite.Refusal's body.
//   - "quotes no secret": values quoted by an answer appear in no error and no log.
//     Give types that hold a value a Format method that does not print it.
//   - "writes nothing once cancelled": return the error of ctx as the transport gives
//     it, never wrapped in a Failure.
//
// # 4. The listing
//
// List reads everything with package listing: numbered pages, links or cursors, or a
// single answer. With cursors, the end of the list is the proof: pass true for even if
// the API fills all pages but the last, so that a page that lost an element is doubted.
// The kit decides what proves a reading. You must reject an answer that is not a page,
// since an empty object would pass for an empty account, and an element that lacks
// required members. A member that the API did not send is an unset cell, an empty one
// is empty ([reconcile.RecordCell]). A scope with holders lists only theirs. Records
// that must not be written are Untouchable, those revoked or being deleted Ending.
//
//   - "lists the account": all records of the fake's state but Suite.Hidden; the
//     state must have a list whose objects hold the ids.
//   - "reads every page once": any page size gives the same listing, no request is
//     made twice, and progress is reported up to the end.
//   - "never takes a part for the whole": a page that lost or repeats a record is
//     noticed or harmless; a listing under faults is the account or an error, and a
//     host that is down is class Unreachable.
//   - "serves late reads": the fake's reads go through Serve, not Read.
//
// # 5. Resolve
//
// Resolve copies the rows into the provider's own terms: holders and types become
// ids, cells get their canonical spelling. A row that cannot be resolved gets a
// [reconcile.Verdict], never an error; a failed look-up blocks only its row (package
// lookup). If the API knows people, package people finds them by id, address and
// reference, and provides four features: embed a people.Book, wish for the people whom
// rows name and the listing does not show, and check who was found for each row: no
// person (NoHolder), several, or another than its id says (HoldersDiffer). If people
// can be suspended, set their Barred and end Resolve with Book.SetBarred. Use a verdict
// with When: IfCreate for what only a creation needs, since only the plan knows which
// rows are creations. Offline does the same checks without the network; Unchecked lists
// what it cannot know.
//
// # 6. Read and Write
//
// Read finds one record by its id, or, for a creation, by what would identify it; that
// is how a lost creation is found to have taken effect or not. Finding none is no error.
// Write sends one change and nothing else: a creation everything that its row says, an
// update the columns in Fields, where an empty cell clears, since the row may leave all
// others blank. Refuse a masked or missing value as Unsafe before sending. The answer to
// a creation has the new id; if it cannot be read, the failure is Lost, for the record
// may exist. Finish does what the doors need after the last write, or nothing.
//
//   - "lists what it created", "recognises an unknown record": receipts have the id
//     under which the record is listed and read; a change of what is gone is class Gone.
//   - "applies once what is applied twice", "survives a fault", "gives up on a fault
//     that stays", "tells the truth under faults": given the right classes from Write
//     and an honest Read, the engine does the rest.
//   - "writes nothing when it may only read", "asks the gate before it writes": each
//     call that changes something has Op Write and is a single call, or the second one
//     waits for the gate too.
//   - "converges": your rosters in Suite.Cases are applied, proved by a listing, and
//     in sync afterwards; or they end as the case says. Together they must set, update
//     and clear every managed column that can be: columns never sent are reported.
//
// # 7. Features
//
// [Features] says for each function what is lost if it is nil. Leave out what the API
// cannot do. Each one that you set has a law of its name, below "has the features that
// it names".
//
// # 8. The fake
//
// The fake is a sandbox.API made of package sandbox's parts: tables that the state
// file fills, routes with a guard, switches for what differs between accounts. Write
// it from the API's documentation and not from your client, and where that is silent
// choose what is harder on a careless client. Send pages through sandbox.Damage, and
// mark answers that changed the state: the laws count those. Routes that read go
// through Serve, those that change something through Write, and Inherit carries a
// counter of ids over to copies if it is not in the state file. Tokens live beside the
// state, and their route is exempt from faults (Exempt in [sandbox.API]). The sandbox's
// help promises the switch strip-zeros for every provider. Generated values must look
// like those of your suite: a row whose value is longer or shorter than most of its
// type is held back as implausible.
//
// # 9. The laws and the list
//
// The package's test makes a providertest.Suite from the state, three rows that
// create, update and delete, the API's refusal, and cases, and calls providertest.Run.
// All output is searched for secrets of eight characters and more. Set Total, if only
// to an empty map, if listings declare one.
//
// Then add Spec and fake to package all: commands, tables and the sandbox find the
// provider there. Its tests ask for the rest: in cmd/keyroster, a row in
// chaosKinds and one in plantedKinds, its paths in agreeSingle and agreeWrites, the
// golden of the command providers, and go test ./cmd/keyroster -run Readme -update
// for the manual.
//
// # Adding a column
//
// A new column of an existing provider needs: the field of Row, with its tag and help,
// and its number in col; the member in the object that the API sends, and in the record
// made from it; the member in the body of a write; the same member in the fake, with
// what the API refuses of it; and in the suite a record of the state that has it, and
// cases that set it, change it and clear it. The law "converges" names what is missing.
package providers
