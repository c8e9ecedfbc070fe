// Package move makes a fleet's database, and moves what is kept between it and folders:
// tenants in and out, and copies of runs for people to look at.
//
// Invariants:
//
//   - A tenant lives in one place at a time. While it moves, and whatever call the move
//     dies in, at most one of the two places lets anybody write to its provider; the same
//     command again goes on.
//   - The place that was left says where the tenant lives now, and is read as before.
//   - A move is proved by reading everything back. A run is copied whole or not at all.
package move
