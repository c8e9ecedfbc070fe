package store

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"
	"time"
)

const idTime = "20060102T150405Z"

var idPattern = regexp.MustCompile(`^\d{8}T\d{6}Z-[\w.-]+-[0-9a-f]{6}$`)

// NewID is an id for a run of an account that began at now: 20260131T020001Z-<account>-<6
// hex>. Characters of the account that are awkward in file names become dashes. Another run of
// that second may have drawn the same id: a store that finds it taken calls again.
func NewID(account string, now time.Time) string {
	var random [3]byte
	_, _ = rand.Read(random[:]) // never fails
	return now.UTC().Format(idTime) + "-" + fileNamePart(account) + "-" + hex.EncodeToString(random[:])
}

// ValidID reports whether a text has the form of a run's id.
func ValidID(id string) bool { return idPattern.MatchString(id) }

// Of reports whether a text is the id of a run of an account. Accounts with names that are
// awkward in file names may share ids.
func Of(id, account string) bool {
	if !idPattern.MatchString(id) {
		return false
	}
	const around = len(idTime)
	return id[around+1:len(id)-7] == fileNamePart(account)
}

// Began is when a run began, to the second, by its id.
func Began(id string) (time.Time, bool) {
	if !idPattern.MatchString(id) {
		return time.Time{}, false
	}
	at, err := time.Parse(idTime, id[:len(idTime)])
	return at, err == nil
}

var unsafeInFileNames = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// fileNamePart is the account's name for use in a file name: short enough for every file
// system, and without characters that mean something in a shell or a path.
func fileNamePart(account string) string {
	name := unsafeInFileNames.ReplaceAllString(account, "-")
	name = strings.Trim(name[:min(len(name), 64)], "-.")
	if name == "" {
		return "account"
	}
	return name
}
