package account

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"keyroster/cmd/internal/failure"
	"keyroster/io/plainfile"
	"keyroster/providers"
	"keyroster/providers/httpapi"
)

// PrintedToken is a token store for a login whose token goes to another machine: the token is
// printed once and kept nowhere.
type PrintedToken struct{ token httpapi.Token }

// Load implements [httpapi.TokenStore] and [httpapi.HeldToken].
func (p *PrintedToken) Load(context.Context) (httpapi.Token, error) {
	return httpapi.Token{}, fs.ErrNotExist
}

// Locked implements [httpapi.TokenStore] for one login.
func (p *PrintedToken) Locked(_ context.Context, work func(httpapi.HeldToken) error) error {
	return work(p)
}

// Prove implements [httpapi.HeldToken].
func (p *PrintedToken) Prove(context.Context) error { return nil }

// Save implements [httpapi.HeldToken].
func (p *PrintedToken) Save(_ context.Context, token httpapi.Token) error {
	p.token = token
	return nil
}

// Words implements [httpapi.TokenStore].
func (p *PrintedToken) Words() httpapi.StoreWords {
	return httpapi.StoreWords{Noun: "token to print", Name: "standard output"}
}

// Print writes the token in the form of a token file.
func (p *PrintedToken) Print(w io.Writer) error {
	text, err := httpapi.EncodeToken(p.token)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// maxToken bounds the size of a token file.
const maxToken = 1 << 20

// ImportToken stores the token in a file that a login printed on another machine, unless the
// account already has one: the file is read once. It returns a message for the user.
func ImportToken(ctx context.Context, env providers.Env, spec *providers.Spec, path string) (string, error) {
	store := env.Tokens
	if file := loginFile(spec, env.Auth); store == nil && file != "" {
		store = httpapi.TokenFile(file)
	}
	if store == nil {
		return "", failure.New(failure.Usage, "",
			"account %s has no token file: set token_file in its auth section", env.Account)
	}
	words, told := store.Words(), ""
	err := store.Locked(ctx, func(held httpapi.HeldToken) error {
		_, err := held.Load(ctx)
		if !errors.Is(err, fs.ErrNotExist) {
			told = fmt.Sprintf("Account %s already has a %s, %s. Nothing was changed.", env.Account, words.Noun, words.Name)
			return err
		}
		token, err := readToken(path)
		if err != nil {
			return err
		}
		told = fmt.Sprintf("Account %s has its first token. keyroster refreshes it in the %s %s.",
			env.Account, words.Noun, words.Name)
		return held.Save(ctx, token)
	})
	if err != nil {
		return "", failure.Of(err)
	}
	return told, nil
}

// readToken reads a token that a login printed. Permissions are up to whoever mounts the file.
func readToken(path string) (httpapi.Token, error) {
	const again = "print one with: keyroster login --print-token"
	text, err := plainfile.Read(path, maxToken)
	if err != nil {
		return httpapi.Token{}, failure.New(failure.Usage, again, "read the first token: %w", err)
	}
	token, err := httpapi.DecodeToken(bytes.NewReader(text))
	if err == nil && token.Refresh.IsZero() {
		err = errors.New("it has no refresh token")
	}
	if err != nil {
		return httpapi.Token{}, failure.New(failure.Usage, again, "read the first token: %s: %w", path, err)
	}
	return token, nil
}
