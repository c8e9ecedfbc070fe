package doorflow

import (
	"bytes"
	"fmt"
	"testing"

	"keyroster/reconcile"
)

// BenchmarkDecodeListing decodes 100,000 credentials into a packed set.
func BenchmarkDecodeListing(b *testing.B) {
	body := listingJSON(100_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		set := reconcile.NewSet(Schema, 0)
		var cells []reconcile.Cell
		err := decodeArray(bytes.NewReader(body), "", func(e *credential) error {
			cells = e.cells(cells[:0])
			set.Add(cells)
			return e.valid()
		})
		if err != nil || set.Len() != 100_000 {
			b.Fatal(set.Len(), err)
		}
	}
}

// listingJSON is an answer with n credentials, as the API spells them.
func listingJSON(n int) []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"c%d","credential_type_id":31,"label":"Keypad PIN","person_id":%d,"value":"%07d","status":null,"url":null,"wallet_type":null}`, i+1, 90000+i, i)
	}
	b.WriteByte(']')
	return b.Bytes()
}
