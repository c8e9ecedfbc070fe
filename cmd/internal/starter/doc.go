// Package starter takes a person through the first quarter of an hour: it says where they
// stand, writes a first configuration, and makes an account to rehearse on.
//
// Invariants:
//
//   - No file that exists is written to.
//   - What is written is the user's alone, and holds no secret of an account.
package starter
