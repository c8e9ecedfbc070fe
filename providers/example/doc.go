// Package example is a complete small provider, for whoever writes another one: the
// cards and PINs of Gatewright, an access system that does not exist. It is compiled
// and held to the laws with all others, and is not in the program. Package providers
// has the guide that goes with it.
//
// Gatewright's API has numbered pages that declare the total, JSON, and an API key. A
// holder has one card and one PIN at most; a value is unique in the site and is
// changed in place. The API does not say when doors have a change.
//
// # What users do without
//
// Of the features, it has Examine alone. Without the others:
//
//   - ReadHolders, HolderIDs, LookUpHolders, HolderName: people are told by their ids,
//     in rosters as in reports, and no person can be moved here by migrate. A row whose
//     holder does not exist fails when it is applied, not when it is planned.
//   - Places, Forecast: migrate tells neither which doors the site has nor how many
//     calls a plan takes.
//   - Types, CardTypes, PINTypes, Choices: nothing is lost; the types are the same
//     two at every site, and the schema has them.
//   - Complete, IssuedCards, StoredAs, Prove: nothing is lost; a listing holds all of a
//     credential, as it was written.
//
// # Invariants
//
//   - A value travels as text, and what is no value is never sent.
//   - A path holds nothing but ids in the form of Gatewright's.
//   - A listing is proved by the total that its pages declare, or is an error.
package example
