package fleet

import (
	"os"
	"strconv"
	"strings"

	"keyroster/cmd/internal/failure"
)

// NameOf is the name of a worker, for the board and the queue: the given one, else host name
// and process id. The error is of kind Usage.
func NameOf(said string) (string, error) {
	if said == "" {
		host, err := os.Hostname()
		if err != nil || host == "" {
			host = "worker"
		}
		return host + "-" + strconv.Itoa(os.Getpid()), nil
	}
	if len(said) > 80 || strings.ContainsFunc(said, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", failure.New(failure.Usage, "for example --name north-1",
			"a worker's name has at most 80 letters, digits and signs, and no space")
	}
	return said, nil
}
