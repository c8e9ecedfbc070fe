package pgstore

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"keyroster/io/store"
)

// nightColumns are the columns of a [nightRow].
const nightColumns = `account, date, provider, due, until, state, free, generation, tries, worker,
	began, done, total, lost, ended, exit_code, run, fenced, again, handed, after, wrapped`

// nightRow is a row of a night.
type nightRow struct {
	night                          store.Night
	last                           store.Ending
	due, until, free, began, ended *time.Time
	wrapped                        []byte
}

// into are the destinations of the columns.
func (r *nightRow) into() []any {
	n, last := &r.night, &r.last
	return []any{
		&n.Account, &n.Date, &n.Provider, &r.due, &r.until, (*string)(&n.State), &r.free, &n.Generation, &n.Tries, &n.Worker,
		&r.began, &n.Done, &n.Total, &n.Lost, &r.ended, &last.ExitCode, &last.RunID, &last.Fenced, &last.Again,
		&last.Handed, &last.After, &r.wrapped,
	}
}

// at is a time of a column, which may be null.
func at(column *time.Time) time.Time {
	if column == nil {
		return time.Time{}
	}
	return *column
}

// read reads the nights that a statement returns.
func (b board) read(sql string, args ...any) (nights []store.Night, err error) {
	ctx, cancel := b.store.bounded()
	defer cancel()
	rows, err := b.store.pool.Query(ctx, b.store.sql(sql), args...)
	if err != nil {
		return nil, err
	}
	var r nightRow
	var chunks [][]store.Night // so that many nights are copied only once
	chunk := make([]store.Night, 0, 32)
	_, err = pgx.ForEachRow(rows, r.into(), func() error {
		n := r.night
		n.Due, n.Until, n.Began = at(r.due), at(r.until), at(r.began)
		if n.State == store.NightRunning {
			n.Expires = at(r.free)
		} else {
			n.Next = at(r.free)
		}
		if r.ended != nil {
			last := r.last
			last.At = *r.ended
			if err := b.unwrapEnding(n.NightKey, r.wrapped, &last); err != nil {
				return err
			}
			n.Last = &last
		}
		if len(chunk) == cap(chunk) {
			chunks, chunk = append(chunks, chunk), make([]store.Night, 0, min(2*cap(chunk), 1024))
		}
		chunk = append(chunk, n)
		return nil
	})
	return slices.Concat(append(chunks, chunk)...), err
}

// nights reads the nights of a condition.
func (b board) nights(where string, args ...any) ([]store.Night, error) {
	return b.read("SELECT "+nightColumns+" FROM keyroster.night "+where, args...)
}

// endingText is the text, for people, on how a night ended.
type endingText struct{ Reason, Hint string }

// endingPlace binds that text to its night.
func endingPlace(key store.NightKey) []byte { return placeOf("night", key.Date, key.Account) }

func (b board) wrapEnding(key store.NightKey, end store.Ending) ([]byte, error) {
	ending := endingText{end.Reason, end.Hint}
	if ending == (endingText{}) {
		return nil, nil
	}
	text, err := json.Marshal(ending)
	if err != nil {
		return nil, fmt.Errorf("write down how a night ended: %w", err)
	}
	return b.store.wrapping.wrap(text, endingPlace(key)), nil
}

func (b board) unwrapEnding(key store.NightKey, wrapped []byte, end *store.Ending) error {
	if wrapped == nil {
		return nil
	}
	text, err := b.store.wrapping.unwrap(wrapped, endingPlace(key))
	var ending endingText
	if err == nil {
		err = json.Unmarshal(text, &ending)
	}
	if err != nil {
		return fmt.Errorf("how the night %s of %s ended: %w", key.Date, key.Account, err)
	}
	end.Reason, end.Hint = ending.Reason, ending.Hint
	return nil
}
