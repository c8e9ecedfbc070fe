package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"keyroster/io/atomicio"
	"keyroster/io/plainfile"
	"keyroster/io/rights"
	"keyroster/reconcile"
)

// TokenFile is a store of one file, mode 0600, with a lock file beside it, for all
// processes of a machine. The file is replaced whole or not at all, and flushed to the
// disk. A symbolic link is followed: its target is read, locked and replaced. See
// [ReadTokenFile] for what a load refuses.
func TokenFile(path string) TokenStore { return tokenFile{path} }

type tokenFile struct{ path string }

// Load implements [TokenStore].
func (f tokenFile) Load(context.Context) (Token, error) { return ReadTokenFile(realTokenPath(f.path)) }

// Locked implements [TokenStore].
func (f tokenFile) Locked(ctx context.Context, work func(HeldToken) error) error {
	path := realTokenPath(f.path)
	unlock, err := lockTokenFile(ctx, path)
	if err != nil {
		return err
	}
	held := &heldTokenFile{path: path, locked: true}
	defer func() {
		held.locked = false
		unlock()
	}()
	return work(held)
}

// Words implements [TokenStore].
func (f tokenFile) Words() StoreWords {
	return StoreWords{
		Noun: "token file", Name: f.path,
		Hint: "the token file and its folder must be writable by this user; in a container, mount the folder, not the file",
	}
}

// heldTokenFile is the file while its lock is held.
type heldTokenFile struct {
	path   string
	locked bool
}

var errNotLocked = errors.New("write token file: its lock was lost")

// Load implements [HeldToken].
func (h *heldTokenFile) Load(context.Context) (Token, error) { return ReadTokenFile(h.path) }

// Prove implements [HeldToken]: an existing file is replaced with its own bytes; if it is
// missing, another file is created beside it and removed.
func (h *heldTokenFile) Prove(context.Context) error {
	if !h.locked {
		return errNotLocked
	}
	if err := proveReplaceable(h.path); !isMissing(err) {
		return err
	}
	trial := h.path + ".trial"
	if err := replaceFile(trial, nil); err != nil {
		return err
	}
	if err := os.Remove(trial); err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	return nil
}

// Save implements [HeldToken].
func (h *heldTokenFile) Save(_ context.Context, token Token) error {
	if !h.locked {
		return errNotLocked
	}
	return storeToken(h.path, token)
}

// tokenJSON is a token file's content, with secrets in the clear.
type tokenJSON struct {
	AccessToken  string     `json:"access_token,omitempty"`
	RefreshToken string     `json:"refresh_token,omitempty"`
	TokenType    string     `json:"token_type,omitempty"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty"`
	Scope        string     `json:"scope,omitempty"`
	ObtainedAt   *time.Time `json:"obtained_at,omitempty"`
}

// lockWait bounds the wait for another process that refreshes; lockPoll is how often the
// lock is checked.
const (
	lockWait = 2 * time.Minute
	lockPoll = 50 * time.Millisecond
)

// ReadTokenFile reads a token file. One that others may read is refused. A missing file
// satisfies errors.Is(err, fs.ErrNotExist); one that can be read but not used is a
// [reconcile.Failure] that says what to do.
func ReadTokenFile(path string) (Token, error) {
	file, err := plainfile.Open(path, mebibyte)
	switch {
	case errors.Is(err, plainfile.ErrKind):
		return Token{}, unreadableTokenFile(
			path,
			"it is not a regular file",
			"give a file name; keyroster login creates the file",
		)
	case errors.Is(err, plainfile.ErrSize):
		return Token{}, unreadableTokenFile(path, "it is too large for a token file", loginAgain)
	case err != nil:
		return Token{}, fmt.Errorf("read token file: %w", err)
	}
	defer func() { _ = file.Close() }()
	exposed, err := rights.Of(path)
	if err != nil {
		return Token{}, fmt.Errorf("read token file: %w", err)
	}
	if exposed.Others {
		return Token{}, unreadableTokenFile(path, exposed.Words, rights.Remedy(path))
	}
	token, err := DecodeToken(file)
	if err != nil {
		return Token{}, unreadableTokenFile(path, err.Error(), loginAgain)
	}
	return token, nil
}

// DecodeToken reads a token in the form of a token file. Its error holds nothing of what
// was read.
func DecodeToken(from io.Reader) (Token, error) {
	var t tokenJSON
	if err := json.NewDecoder(from).Decode(&t); err != nil {
		return Token{}, fmt.Errorf("not the JSON of a token file (%s)", describeJSON(err))
	}
	token := Token{
		Access: reconcile.NewSecret(t.AccessToken), Refresh: reconcile.NewSecret(t.RefreshToken),
		Type: t.TokenType, Scope: t.Scope,
	}
	if t.ExpiresAt != nil {
		token.Expires = *t.ExpiresAt
	}
	if t.ObtainedAt != nil {
		token.Obtained = *t.ObtainedAt
	}
	return token, nil
}

// loginAgain is the hint for a token file that holds something else.
const loginAgain = "move it away and run keyroster login, or name another file"

// unreadableTokenFile returns the failure for a token file that can be read but not used.
func unreadableTokenFile(path, what, hint string) error {
	return &reconcile.Failure{Class: reconcile.Denied, Reason: "read token file " + path + ": " + what, Hint: hint}
}

// storeToken writes the file; the caller has the lock.
func storeToken(path string, token Token) error {
	data, err := EncodeToken(token)
	if err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	return replaceFile(path, data)
}

// EncodeToken returns a token in the form of a token file, its secrets in the clear.
func EncodeToken(token Token) ([]byte, error) {
	t := tokenJSON{
		AccessToken: token.Access.Reveal(), RefreshToken: token.Refresh.Reveal(),
		TokenType: token.Type, Scope: token.Scope,
	}
	if !token.Expires.IsZero() {
		at := token.Expires.UTC().Truncate(time.Second)
		t.ExpiresAt = &at
	}
	if !token.Obtained.IsZero() {
		at := token.Obtained.UTC().Truncate(time.Second)
		t.ObtainedAt = &at
	}
	data, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode token: %T", err)
	}
	return append(data, '\n'), nil
}

// replaceFile replaces a file with data.
func replaceFile(path string, data []byte) error {
	err := atomicio.WriteFile(path, 0o600, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("write token file: %w", err)
	}
	return nil
}

// proveReplaceable replaces the file with its own bytes, which shows what would keep the
// next one from being stored: a read-only folder, a file that is a mount point, a full
// disk.
func proveReplaceable(path string) error {
	data, err := plainfile.Read(path, mebibyte)
	if err != nil {
		return fmt.Errorf("read token file: %w", err)
	}
	return replaceFile(path, data)
}

// lockTokenFile takes the lock beside a token file. The lock file stays: if it were
// removed, two processes could lock two files.
func lockTokenFile(ctx context.Context, path string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		_ = lock.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, fmt.Errorf("lock token file: another process has held %s.lock for too long", path)
		}
		return nil, fmt.Errorf("lock token file: %w", err)
	}
	return func() { _ = lock.Close() }, nil
}

// realTokenPath follows symbolic links, so that the target is replaced and all who use it
// take the same lock.
func realTokenPath(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	return real
}

func isMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
