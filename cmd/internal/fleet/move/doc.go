// Package move creates a fleet's database, and moves data between it and folders: tenants in
// both directions, and copies of runs for people to look at.
//
// Invariants:
//
//   - A tenant lives in one place at a time. During its move, and wherever the move is
//     interrupted, at most one of the two places allows writes to its provider; running the
//     same command again continues.
//   - The place that the tenant has left says where it lives now, and can still be read.
//   - A move is proved by reading everything back. A run is copied whole or not at all.
package move
