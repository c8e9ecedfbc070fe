package annotateio

// LimitComments lowers the number of comments of a sheet, until restore.
func LimitComments(n int) (restore func()) {
	old := maxComments
	maxComments = n
	return func() { maxComments = old }
}

// ProveAfter makes a copy, lets it be tampered with, and proves it.
func ProveAfter(w *Workbook, o Options, tamper func([]byte) []byte) error {
	c, err := w.draw(o)
	if err != nil {
		return err
	}
	c.result.Data = tamper(c.result.Data)
	return c.prove()
}
