package httpapi_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keyroster/providers/httpapi"
	"keyroster/providers/providertest"
)

func TestTokenFileIsATokenStore(t *testing.T) {
	providertest.TokenStores(t, func(t testing.TB) providertest.TokenWorld {
		rename := func(from, to string) {
			if err := os.Rename(from, to); err != nil {
				t.Error(err)
			}
		}
		folder := filepath.Join(t.TempDir(), "tokens")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "hq.token")
		return providertest.TokenWorld{
			Open: func() httpapi.TokenStore { return httpapi.TokenFile(path) },
			Break: func() (mend func()) {
				rename(folder, folder+"-away")
				return func() { rename(folder+"-away", folder) }
			},
			// The name is so long that no temporary name beside it fits: unlike permissions, that
			// stops root too.
			Stuck: func(token httpapi.Token) httpapi.TokenStore {
				if err := httpapi.StoreToken(t.Context(), httpapi.TokenFile(path), token); err != nil {
					t.Fatal(err)
				}
				long := filepath.Join(folder, strings.Repeat("x", 250))
				rename(path, long)
				return httpapi.TokenFile(long)
			},
		}
	})
}

func TestMemoryIsATokenStore(t *testing.T) {
	providertest.TokenStores(t, func(testing.TB) providertest.TokenWorld { return providertest.MemoryWorld() })
}
