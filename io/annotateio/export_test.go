package annotateio

// LimitComments lowers the limit of comments per sheet until restore is called.
func LimitComments(n int) (restore func()) {
	old := maxComments
	maxComments = n
	return func() { maxComments = old }
}

// ProveAfter makes a copy, lets tamper change it, and proves the result.
func ProveAfter(w *Workbook, o Options, tamper func([]byte) []byte) error {
	c, err := w.draw(o)
	if err != nil {
		return err
	}
	c.result.Data = tamper(c.result.Data)
	return c.prove()
}
