// Package configio reads keyroster.yaml, and the files that it includes, into typed
// accounts.
//
// It knows no provider: the caller says in plain data which providers exist, how to
// log in to them and which keys are theirs ([Provider]). Every problem of a file is
// reported at once, each with its line and column ([Error]).
//
// Invariants:
//
//   - A secret is a reference (env:, file:, exec:) and is resolved only when
//     an account is used. A literal one is refused.
//   - No error quotes the file. Values are shown only for keys with a fixed
//     vocabulary and for include, and never below auth: a person who pasted a
//     secret in the wrong place must not find it in a log.
//   - The reader, the documentation ([Keys]) and the JSON Schema ([Schema]) are all
//     made from one table of keys.
//   - A path is relative to the file that it is written in, and a problem names that
//     file.
//   - Text is taken as written. An id such as 00123 is never read as a number.
package configio
