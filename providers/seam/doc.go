// Package seam reconciles the PINs, cards and mobile keys that the users of
// access control systems (ACS) hold in a Seam workspace, through Seam's API
// for ACS credentials.
//
// A record is one credential of one user of one system. Its code and the end of its
// validity can be changed in place, and it can be assigned to another user of the same
// system; everything else is fixed. A user may hold several credentials of a type.
//
// # Invariants
//
//   - A code travels as text of digits, never as a number.
//   - Lists are walked by page_cursor with unchanged parameters, never by next_page_url,
//     which reads the first page for ever.
//   - A listing is proved complete or it is an error ([reconcile.ErrIncomplete]).
//   - An accepted write is only a request: Seam passes it to the provider behind it later,
//     and may never succeed. Finish reports the result.
//   - Unmanaged credentials, and children of a multi-phone sync credential, are
//     listed and never written.
//   - Times are compared as instants and kept in one canonical text.
package seam
