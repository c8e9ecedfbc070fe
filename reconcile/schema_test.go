package reconcile

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestNewSchemaRefusesMistakes: a mistake in the tags of a row is found when the program starts,
// and the message says which field has it: a column that silently is another one would be left
// alone, or never cleared.
func TestNewSchemaRefusesMistakes(t *testing.T) {
	for want, row := range map[string]any{
		`unknown word "key2"`: struct {
			ID string `csv:"credential_id" roster:"key2"`
		}{},
		"what can be created, updated or cleared is managed": struct {
			ID    string `csv:"credential_id" roster:"key"`
			Floor string `csv:"floor" roster:"create,update,clear"`
		}{},
		"the end is an instant, and needs the word time": struct {
			ID   string `csv:"credential_id" roster:"key"`
			Ends string `csv:"expires_on" roster:"managed,create,update,end"`
		}{},
		"the start is an instant": struct {
			ID     string `csv:"credential_id" roster:"key"`
			Starts string `csv:"starts_on" roster:"info,start"`
		}{},
		"no key column": struct {
			Floor string `csv:"floor" roster:"managed"`
		}{},
		"no csv tag": struct{ ID string }{},
		"secrets are Secrets": struct {
			ID    string `csv:"credential_id" roster:"key"`
			Value string `csv:"value" roster:"managed,secret"`
		}{},
	} {
		if got := panics(row); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", reflect.TypeOf(row), got, want)
		}
	}
	if got := panics(struct {
		ID     string `csv:"credential_id" roster:"key"`
		Holder string `csv:"holder_id" roster:"match,holder,move"`
		Ends   string `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
		Note   string `csv:"note"`
	}{}); got != "" {
		t.Errorf("a good row is refused: %s", got)
	}
}

func panics(row any) (with string) {
	defer func() {
		if r := recover(); r != nil {
			with = fmt.Sprint(r)
		}
	}()
	NewSchema("example", row)
	return ""
}
