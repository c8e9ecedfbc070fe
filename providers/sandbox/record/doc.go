// Package record holds the state of a provider's API in the sandbox: records
// made of the API's own JSON objects, in collections that a state file fills
// and edits change, behind one lock.
//
// A provider brings a type for its state and, for each of its collections, how
// an object becomes a record and where the record is kept. What the files and
// edits of all providers have in common is here, so that it is the same.
package record
