package annotateio

// LimitComments lowers the number of comments of a sheet, until restore.
func LimitComments(n int) (restore func()) {
	old := maxComments
	maxComments = n
	return func() { maxComments = old }
}
