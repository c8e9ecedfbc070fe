package journalio_test

import (
	"bytes"
	"fmt"

	"keyroster/io/journalio"
)

// A run announces a write and dies before the answer. The run that takes over learns from the
// journal which line is in doubt, and refuses a journal that was changed.
func Example() {
	var file tape
	var mark note
	journal, err := journalio.Create(&file, &mark)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range []journalio.Entry{
		{Kind: journalio.KindRun, Line: journalio.NoLine, Note: "20260131T020001Z-hq-5eed01"},
		{Kind: journalio.KindIntent, Line: 0, Attempt: 1, Op: "update", CredentialID: "b1"},
		{Kind: journalio.KindOutcome, Line: 0, Op: "update", CredentialID: "b1", Outcome: "applied", HTTPStatus: 200},
		{Kind: journalio.KindIntent, Line: 1, Attempt: 1, Op: "delete", CredentialID: "b2"},
	} {
		if err := journal.Append(e.Kind == journalio.KindIntent, e); err != nil { // intents are synced first
			fmt.Println(err)
			return
		}
	}
	text, marked := bytes.Clone(file.Bytes()), bytes.Clone(mark.text) // what the machine has when it dies

	replay, err := journalio.Read(bytes.NewReader(text), marked, "journal.ndjson")
	fmt.Println(replay.RunID(), replay.Lines[0].Outcome, "in doubt:", replay.InDoubt(), "ended:", replay.Ended, err)
	changed := bytes.Replace(text, []byte("applied"), []byte("refused"), 1)
	_, err = journalio.Read(bytes.NewReader(changed), marked, "journal.ndjson")
	fmt.Println(err)
	if err := journal.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 20260131T020001Z-hq-5eed01 applied in doubt: [1] ended: false <nil>
	// read journal journal.ndjson: line 3: its content does not match its hash
}

// tape is a file in memory, and note is a mark.
type (
	tape struct{ bytes.Buffer }
	note struct{ text []byte }
)

func (t *tape) Truncate(size int64) error { t.Buffer.Truncate(int(size)); return nil }
func (*tape) Sync() error                 { return nil }
func (*tape) Close() error                { return nil }

func (n *note) Put(text []byte) error { n.text = bytes.Clone(text); return nil }
func (*note) Close(bool) error        { return nil }
