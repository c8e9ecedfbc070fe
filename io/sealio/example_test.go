package sealio_test

import (
	"bytes"
	"errors"
	"fmt"

	"keyroster/io/sealio"
)

// What a run must not forget is sealed for a key that is kept elsewhere: without that key the file
// gives nothing away, and a truncated file is refused.
func Example() {
	identity, recipient, err := sealio.NewKey()
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := sealio.Seal(&file, recipient, &sealio.Snapshot{Meta: map[string]string{"account": "hq"}}); err != nil {
		fmt.Println(err)
		return
	}

	back, err := sealio.Unseal(bytes.NewReader(file.Bytes()), identity)
	fmt.Println(back.Meta["account"], err)
	_, err = sealio.Unseal(bytes.NewReader(file.Bytes()[:file.Len()-1]), identity)
	fmt.Println("cut:", err != nil)
	other, _, err := sealio.NewKey()
	if err == nil {
		_, err = sealio.Unseal(bytes.NewReader(file.Bytes()), other)
	}
	fmt.Println("another key:", errors.Is(err, sealio.ErrKey))
	// Output:
	// hq <nil>
	// cut: true
	// another key: true
}
