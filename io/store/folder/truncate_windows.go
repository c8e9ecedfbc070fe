package folder

import "os"

// truncate uses the name: a file that was opened for appending cannot be cut here.
func truncate(f *os.File, size int64) error { return os.Truncate(f.Name(), size) }
