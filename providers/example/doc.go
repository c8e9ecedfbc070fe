// Package example is a complete small provider to copy for a new one: the cards and PINs of
// Gatewright, an access system that does not exist. It is compiled and tested like the
// others but not part of the program. Package providers has the guide that goes with it.
//
// Gatewright's API has JSON, an API key, and numbered pages that declare the total. A
// holder has at most one card and one PIN; a value is unique in the site and is changed in
// place. The API does not say when a change reaches the doors.
//
// # What users do without
//
// Of the features, it has only Examine. Without the others:
//
//   - ReadHolders, HolderIDs, LookUpHolders, HolderName: people appear by their ids, in
//     rosters as in reports, and migrate can move no person here. A row whose holder does
//     not exist fails when it is applied, not when it is planned.
//   - Places, Forecast: migrate reports neither which doors the site has nor how many calls
//     a plan takes.
//   - Types, CardTypes, PINTypes, Choices: nothing is lost; every site has the same two
//     types, and the schema has them.
//   - Complete, IssuedCards, StoredAs, Prove: nothing is lost; a listing holds all of a
//     credential, as it was written.
//
// # Invariants
//
//   - A value travels as text, and anything but a value is never sent.
//   - A path holds only ids in Gatewright's form.
//   - A listing is proved by the total that its pages declare, or is an error.
package example
