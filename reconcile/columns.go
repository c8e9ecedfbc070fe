package reconcile

// Columns is a set of columns of one schema, by number.
type Columns uint64

// With returns the set with column n added.
func (c Columns) With(n int) Columns { return c | 1<<n }

// Has reports whether column n is in the set.
func (c Columns) Has(n int) bool { return c>>n&1 == 1 }
