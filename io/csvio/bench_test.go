package csvio_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"keyroster/io/csvio"
)

func BenchmarkReader(b *testing.B) {
	const n = 100_000
	plain, quoted := &bytes.Buffer{}, &bytes.Buffer{}
	fmt.Fprint(plain, "credential_id,holder_id,holder_email,type,value,starts_at,ends_at\n")
	fmt.Fprint(quoted, "credential_id,holder_id,holder_email,type,value,starts_at,ends_at\r\n")
	for i := range n {
		fmt.Fprintf(plain, "%08d,%08d,person%06d@example.com,card,%010d,2026-01-01T00:00:00Z,\n", i, i, i, i)
		fmt.Fprintf(quoted, "\"%08d\",\"%08d\",\"person%06d@example.com\",\"card\",\"%010d\",\"2026-01-01T00:00:00Z\",\"\"\r\n", i, i, i, i)
	}
	for name, file := range map[string][]byte{"plain": plain.Bytes(), "quoted CRLF": quoted.Bytes()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				table, err := csvio.Open(bytes.NewReader(file), "roster.csv")
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				for {
					if _, err = table.Next(); err != nil {
						break
					}
					rows++
				}
				if err != io.EOF || rows != n+1 {
					b.Fatalf("%d rows, %v", rows, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
		})
		b.Run(name+" by encoding/csv", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				std := csv.NewReader(bytes.NewReader(file))
				std.ReuseRecord = true
				for {
					if _, err := std.Read(); err != nil {
						break
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
		})
	}
}

func BenchmarkWriter(b *testing.B) {
	record := []string{"00000001", "00000001", "person000001@example.com", "card", "0000000001", "2026-01-01T00:00:00Z", ""}
	b.ReportAllocs()
	w := csvio.NewWriter(io.Discard)
	for b.Loop() {
		if err := w.Write(record); err != nil {
			b.Fatal(err)
		}
	}
}
