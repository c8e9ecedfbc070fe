// Package providers declares what a provider is to the rest of keyroster: one
// [Spec] value of data and, once an account is open, a [Client]: the six methods of
// [reconcile.Provider] and [Features]. Flags, help texts, tables of abilities and
// tests range over the list in package all; nothing else names a provider.
//
// Providers never import each other, and nothing of io or cmd.
//
// # Writing a provider
//
// A provider is a folder here with its client, and a folder fake below it with the
// API as the sandbox plays it. Package example is a complete one: copy it, and read
// on in the order in which you change it. The laws of package providertest decide
// when you are done; what each asks stands in quotes, by its name. Run them from the
// third step on, one at a time:
//
//	go test ./providers/NAME -run 'TestLaws/laws/lists_the_account$'
//
// # Before
//
// Write down of the API, with the page that says so: what a record is, and who holds
// it. What finds a record without its id (a holder and a type, a title), and whether
// there is one of that at most. Which members can be given, changed in place,
// cleared. What must be unique, and whether values come masked. How a list is paged,
// whether it declares a total, and which filters find parts of a text. What a
// creation answers that is there already, and a change or deletion of what is gone.
// Whether a change reaches the doors by itself. What a key, a login and a right are,
// and how a refusal looks.
//
// # 1. The row
//
// The struct Row has one field for each column of a roster, in their order; its tags
// become the [reconcile.Schema] ([reconcile.NewSchema] has their words). One column
// is the key. Those that pair (pairs) find the record of a row without an id. Managed
// columns say what can be done with them: create, update, clear, move. Values are
// [reconcile.Secret]s. What a column means to the rest of the program is a word in
// its tag, too: holder, holder-name, holder-email, type, fingerprint and the others
// of [reconcile.Meaning]. Without holder, the records of one person cannot be told from
// those of another; without fingerprint, exports have none. Name such columns as all
// providers do: holder_id, holder_email, type, value, state, holder_name, fingerprint.
//
// Set in the schema what tags cannot say: Unique, OneEach (one record for each
// pairing key), Holder and Noun, and CardTypes, without which no value is ever shown
// in part.
//
// Check judges a row alone: what it must name, the form of ids and dates. It sees the
// texts of the file, so that a cell may hold [reconcile.EmptyMarker], which clears, or a
// mask ([reconcile.IsMask]), which says nothing. It reports; it does not refuse what the
// API decides better.
//
//   - "leaves a record that moved": with OneEach, the API itself must refuse a second
//     record; without it, Read has to find what a lost creation made in another way.
//
// # 2. The Spec and Open
//
// [Spec] is data: see its fields. Auth lists the ways to log in. Open makes a client
// and sends nothing; it takes its transport from [httpapi.New], with [Env.HTTP] as it
// is but for BaseURL, and one of the authorizers of httpapi: [httpapi.Bearer] for an
// API key, [httpapi.ClientCredentials], or [httpapi.RotatingToken], whose store is
// [Env.Tokens] where that is set and else the file that a Path member names. Honour
// [Env.PageSize] up to the largest page of the API, which may refuse a larger one.
//
//   - "logs in by every form": each form that Spec lists opens the same tenant, and a
//     wrong secret is class Denied. A 401 is the transport's to tell. What fills a
//     form is what the fake's Welcome or its switches have under the members' names;
//     all other laws log in by the first form that needs no file, so offer one.
//   - "has the features that it names": Spec.Features is what Open gives.
//
// Undo says what an undo cannot bring back: types that are never made again, what a
// record lacks that is, and the same in sentences for people. Values, holders and what
// rosters can give at a creation come back by themselves; no law asks for more.
//
// # 3. The client: calls and refusals
//
// All calls go through [httpapi.Client.Do] with the right Op: Read may be repeated,
// Write only when it certainly was not processed. Tenant comes first: it proves that
// host and login are good, so an answer without an id is an error. Every answer that
// is not what was asked for becomes a [reconcile.Failure] with a class, by package
// failure: its reason holds no body; what the API says goes through
// [httpapi.Redact], with the values of row and record. Denied is for the login and
// stops the run; Refused is for one record; Gone, Moved, Exhausted and Lost say what
// they mean. An id from outside becomes a part of a path only after a check of its
// form: one that is ".." is another path.
//
//   - "sorts refusals": 400, 409 and 422 end the line and not the run, 401 ends the
//     run, and what was refused is sent once. It answers with Suite.Refusal's body.
//   - "quotes no secret": an answer that quotes values brings them into no error and
//     no log. Give types that hold a value a Format that does not print it.
//   - "writes nothing once cancelled": return the error of ctx as the transport gives
//     it, never wrapped into a Failure.
//
// # 4. The listing
//
// List reads everything, by package listing: pages by number, by link or cursor, or
// in one answer. Cursors prove a list by its end: say even where the API fills all
// pages but the last, so that a page that lost an element is doubted. What proves a
// reading is the kit's to say; yours is to refuse an answer that is no page, since an
// empty object would pass for an empty account, and an element without the members
// that it must have. A member that the API did not send is an unset cell, an empty one
// is empty ([reconcile.RecordCell]). A scope with holders lists theirs alone. Records
// that must not be written are Untouchable, those on their way out Ending.
//
//   - "lists the account": all records of the fake's state but Suite.Hidden; the
//     state must have a list whose objects hold the ids.
//   - "reads every page once": any size of a page gives the same listing, no request
//     is made twice, and progress is told up to the end.
//   - "never takes a part for the whole": a page that lost a record, or has one
//     twice, is noticed or harmless; a listing under faults is the account or an
//     error, and a host that is down is class Unreachable.
//   - "plays reads that are late": the fake's reads go through Serve, not Read.
//
// # 5. Resolve
//
// Resolve copies the rows into the provider's own terms: holders and types become
// ids, cells their canonical spelling. A row that cannot be is a [reconcile.Verdict],
// never an error; a look-up that failed blocks its row alone (package lookup). Where
// the API knows people, package people finds them by id, address and reference, and
// brings four features with it: embed a people.Book, wish for whom rows name and the
// listing does not show, and judge each row by whom it found: no person (NoHolder),
// several, or another than its id says (HoldersDiffer). Where people can be suspended, give
// their Barred and end Resolve with Book.SetBarred. Check what a creation needs
// with When: IfCreate, since only the plan knows what a row comes to. Offline judges
// the same without asking anybody; Unchecked says what it cannot know.
//
// # 6. Read and Write
//
// Read finds one record by its id, or, for a creation, by what it would be known by;
// there it decides whether a lost creation took effect. No record is no error. Write
// sends one change and nothing else: a creation all that its row says, an update the
// columns in Fields, of which an empty cell clears, since the row may leave all others
// blank. A value that is a mask or missing is refused as Unsafe before. The answer to a creation says the new id: one that cannot be read is
// Lost, for the record may be there. Finish does what the doors need after the last
// write, or nothing.
//
//   - "lists what it created", "tells an unknown record": receipts have the id under
//     which the record is listed and read; a change of what is gone is class Gone.
//   - "applies once what is applied twice", "survives a fault", "gives up on a fault
//     that stays", "tells the truth under faults": with the right classes from Write
//     and an honest Read, the engine sees to it.
//   - "writes nothing when it may only read", "asks the gate before it writes": each
//     call that changes something has Op Write and is one call, or the second waits
//     for the gate too.
//   - "converges": your rosters in Suite.Cases are applied, proved by a listing, and
//     in sync afterwards; or they end as the case says. Together they give, update and
//     clear each managed column that can be: a client that never sends one is found.
//
// # 7. Features
//
// [Features] says of each function what is lost where it is nil. Leave out what the
// API cannot do. Each one that you give has a law of its name, below "has the
// features that it names".
//
// # 8. The fake
//
// The fake is a sandbox.API made of package sandbox's parts: tables that the state
// file fills, routes with a guard, switches for what differs between accounts. Write
// it by the API's documentation and not by your client, and where that is silent take
// the side that hurts a careless client more. Answer a page through sandbox.Damage,
// and mark answers that changed the state: the laws count those. Routes that read go
// through Serve, those that change something through Write, and a count of ids that
// the state file does not hold is kept for copies by Inherit. Tokens live beside the
// state, and their route is exempt from faults (Exempt in [sandbox.API]). The switch
// strip-zeros is one that the sandbox's help promises of all. Generated values
// must look like those of your suite: a row whose value has another length than most
// of its type is held back as implausible.
//
// # 9. The laws and the list
//
// The test of the package makes a providertest.Suite of the state, the three rows
// that create, update and delete, the API's refusal, and cases, and calls
// providertest.Run. Secrets of eight characters and more are looked for in all that
// is said. Set Total, if only to an empty map, where listings declare one.
//
// Then list Spec and fake in package all: the commands, the tables and the sandbox
// know it from there. Its tests ask for the rest: in cmd/keyroster, a row in
// chaosKinds and one in plantedKinds, its paths in agreeSingle and agreeWrites, the
// golden of the command providers, and go test ./cmd/keyroster -run Readme -update
// for the manual.
//
// # One column more
//
// Where the provider is there and a column is missing, the way is short: the field of
// Row, with its tag and help, and its number in col; the member in the object that the
// API sends, and in the record made of it; the member in the body of a write; the same
// member in the fake, with what the API refuses of it; and in the suite a record of the
// state that has it, and cases that give it, change it and clear it. The law "converges"
// names what is forgotten.
package providers
