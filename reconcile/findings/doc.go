// Package findings looks through the credentials of an account for what an auditor asks
// about: duplicate values, credentials of people who are gone, PINs that are easily
// guessed.
//
// # Invariants
//
//   - It is pure, like package reconcile: no I/O, no clock, no goroutine; equal records
//     give equal findings.
//   - No finding holds a value: values appear as [reconcile.Masker] shows them. Nor does
//     one say in which way a PIN is weak, since "a year" is half of it.
//   - A finding is about records that were given, and never a proof that all is well:
//     values that the provider masks are not checked.
package findings
