package pgstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"keyroster/io/store"
)

// board implements [store.Board] with the clock of the server. Each method is one statement.
type board struct{ store *Store }

// Board is the board of all workers that use the database. A night's reason and hint are
// wrapped, since they may name people.
func (s *Store) Board() store.Board { return board{s} }

// boardError adds to an error what was asked of the board.
func boardError(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, withHint(err))
}

// keys reads the keys that a statement returns.
func (b board) keys(sql string, args ...any) ([]store.NightKey, error) {
	return b.keysWithin(b.store.lease, sql, args...)
}

// keysWithin is keys with a shorter timeout.
func (b board) keysWithin(most time.Duration, sql string, args ...any) ([]store.NightKey, error) {
	keys, err := structs[store.NightKey](b.store, most, sql, args...)
	if len(keys) == 0 {
		return nil, err
	}
	return keys, err
}

// nullTime is nil, which becomes null, for the zero time.
func nullTime(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

// addNights proceeds in the order of keys, so that two that add the same nights do not deadlock.
const addNights = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), asked AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    WITH ORDINALITY AS a (account, date, provider, due, until, place)
), forgotten AS (
    DELETE FROM keyroster.night
    WHERE state IN ('ended', 'missed') AND coalesce(ended, due) < (SELECT now FROM clock) - $6::interval
), made AS (
    INSERT INTO keyroster.night (account, date, provider, due, until, state, free)
    SELECT account, date, provider, due, until,
        CASE WHEN until <= now THEN 'missed' ELSE 'waiting' END,
        CASE WHEN until <= now THEN NULL ELSE coalesce(due, now) END
    FROM asked a, clock
    WHERE until IS NULL OR until > now
        OR EXISTS (SELECT FROM keyroster.night n WHERE n.account = a.account AND n.date < a.date)
    ORDER BY account, date, place
    ON CONFLICT DO NOTHING RETURNING account, date
)
SELECT account, date FROM made JOIN asked USING (account, date) GROUP BY account, date ORDER BY min(place)`

// Add implements [store.Board].
func (b board) Add(nights []store.Night) ([]store.NightKey, error) {
	var accounts, dates, providers []string
	var due, until []*time.Time
	for _, n := range nights {
		accounts, dates, providers = append(accounts, n.Account), append(dates, n.Date), append(providers, n.Provider)
		due, until = append(due, nullTime(n.Due)), append(until, nullTime(n.Until))
	}
	added, err := b.keys(addNights, accounts, dates, providers, due, until, store.NightsKept)
	return added, boardError("write down nights", err)
}

// beginAgain locks rows in the order of keys.
const beginAgain = `
WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (account, date, place)
), locked AS MATERIALIZED (
    SELECT n.account, n.date FROM keyroster.night n JOIN asked USING (account, date)
    ORDER BY n.account, n.date FOR UPDATE OF n
), again AS (
    UPDATE keyroster.night n SET state = 'waiting', free = clock_timestamp(), until = NULL, tries = 0
    FROM locked l WHERE n.account = l.account AND n.date = l.date
        AND (n.state = 'missed' OR n.state = 'ended' AND n.exit_code <> 0)
    RETURNING n.account, n.date
)
SELECT account, date FROM again JOIN asked USING (account, date) GROUP BY account, date ORDER BY min(place)`

// Again implements [store.Board].
func (b board) Again(keys []store.NightKey) ([]store.NightKey, error) {
	accounts, dates := columnsOf(keys)
	again, err := b.keys(beginAgain, accounts, dates)
	return again, boardError("begin nights once more", err)
}

func columnsOf(keys []store.NightKey) (accounts, dates []string) {
	for _, key := range keys {
		accounts, dates = append(accounts, key.Account), append(dates, key.Date)
	}
	return accounts, dates
}

// Ready implements [store.Board]. Running nights come before waiting ones, in the index as here.
func (b board) Ready(most int) ([]store.Night, error) {
	nights, err := b.nights(`WHERE free <= (SELECT clock_timestamp()) AND free IS NOT NULL
		ORDER BY state, free, account, date DESC LIMIT $1`, most)
	return nights, boardError("look for nights that are due", err)
}

// takeNight takes a night, or finds that it comes too late.
const takeNight = `
WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), late AS (
    UPDATE keyroster.night SET state = 'missed', free = NULL FROM clock
    WHERE account = $1 AND date = $2 AND free <= now AND generation = 0 AND until <= now
)
UPDATE keyroster.night SET
    lost = CASE WHEN state = 'running' THEN array_append(lost, worker) ELSE lost END,
    state = 'running', free = now + $4::interval, generation = generation + 1,
    worker = $3, began = now, done = 0, total = 0
FROM clock
WHERE account = $1 AND date = $2 AND free <= now AND (generation > 0 OR until IS NULL OR until > now)
RETURNING `

// Take implements [store.Board].
func (b board) Take(key store.NightKey, worker string, most time.Duration) (*store.Night, error) {
	nights, err := b.read(takeNight+nightColumns, key.Account, key.Date, worker, most)
	if err != nil || len(nights) == 0 {
		return nil, boardError("take a night", err)
	}
	return &nights[0], nil
}

const renewNights = `
WITH seen AS (
    INSERT INTO keyroster.worker AS w (name, host, pid, slots, started, seen)
    VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())
    ON CONFLICT (name) DO UPDATE
    SET host = excluded.host, pid = excluded.pid, slots = excluded.slots, seen = excluded.seen,
        started = CASE WHEN (w.host, w.pid) = (excluded.host, excluded.pid) THEN w.started ELSE excluded.started END
), mine AS (
    SELECT * FROM unnest($5::text[], $6::text[], $7::bigint[], $8::integer[], $9::integer[])
    WITH ORDINALITY AS m (account, date, generation, done, total, place)
), renewed AS (
    UPDATE keyroster.night n SET free = clock_timestamp() + $10::interval, done = m.done, total = m.total
    FROM mine m
    WHERE n.account = m.account AND n.date = m.date AND n.generation = m.generation
        AND n.state = 'running' AND n.worker = $1 AND n.free > clock_timestamp()
    RETURNING m.place
)
SELECT account, date FROM mine WHERE place NOT IN (SELECT place FROM renewed) ORDER BY place`

// Renew implements [store.Board]. It gives up soon, so that it can be called again before the
// nights are lost.
func (b board) Renew(
	worker store.Worker, nights []store.Night, most time.Duration,
) ([]store.NightKey, error) {
	var keys []store.NightKey
	var generations []int64
	var done, total []int
	for _, n := range nights {
		keys, generations = append(keys, n.NightKey), append(generations, n.Generation)
		done, total = append(done, n.Done), append(total, n.Total)
	}
	accounts, dates := columnsOf(keys)
	lost, err := b.keysWithin(min(most, b.store.lease)/6, renewNights, worker.Name, worker.Host, worker.PID, worker.Slots,
		accounts, dates, generations, done, total, most)
	return lost, boardError("renew nights", err)
}

const endNight = `
UPDATE keyroster.night SET
    state = CASE WHEN $4 THEN 'waiting' ELSE 'ended' END,
    free = CASE WHEN $4 THEN clock_timestamp() + $5::interval END,
    tries = tries + ($4 AND NOT $6)::integer,
    done = $7, total = $8, ended = clock_timestamp(), exit_code = $9, run = $10, fenced = $11,
    again = $12, handed = $6, after = $5, wrapped = $13
WHERE account = $1 AND date = $2 AND generation = $3 AND state = 'running'`

// End implements [store.Board].
func (b board) End(night *store.Night, end store.Ending) error {
	wrapped, err := b.wrapEnding(night.NightKey, end)
	if err != nil {
		return err
	}
	n, err := b.store.exec(endNight, night.Account, night.Date, night.Generation,
		end.Again || end.Handed, end.After, end.Handed, night.Done, night.Total,
		end.ExitCode, end.RunID, end.Fenced, end.Again, wrapped)
	if err == nil && n == 0 {
		err = fmt.Errorf("it is another's by now: %w", store.ErrNotLocked)
	}
	return boardError("end the night "+night.Date+" of "+night.Account, err)
}

// Nights implements [store.Board].
func (b board) Nights(q store.NightQuery) ([]store.Night, error) {
	var nights []store.Night
	var err error
	switch {
	case q == store.NightQuery{}:
		nights, err = b.read("SELECT DISTINCT ON (account) " + nightColumns +
			" FROM keyroster.night ORDER BY account, date DESC")
	case q.State != "":
		nights, err = b.nights("WHERE state = $1 AND $2 IN ('', date) AND date >= $3 ORDER BY account, date DESC",
			q.State, q.Date, q.Since)
	case q.Date != "":
		nights, err = b.nights("WHERE date = $1 AND date >= $2 ORDER BY account", q.Date, q.Since)
	default:
		nights, err = b.nights("WHERE date >= $1 ORDER BY account, date DESC", q.Since)
	}
	return nights, boardError("read nights", err)
}

// Workers implements [store.Board].
func (b board) Workers() ([]store.Worker, error) {
	workers, err := structs[store.Worker](b.store, b.store.lease, `SELECT name, host, pid, slots, started, seen
		FROM keyroster.worker WHERE seen > clock_timestamp() - interval '1 day' ORDER BY name`)
	return workers, boardError("read workers", err)
}

// Leave implements [store.Board]. Workers that were not seen for a day go too.
func (b board) Leave(worker string) error {
	_, err := b.store.exec(`WITH gone AS (
			DELETE FROM keyroster.worker WHERE name = $1 OR seen < clock_timestamp() - interval '1 day'
		)
		UPDATE keyroster.night SET state = 'waiting', free = clock_timestamp()
		WHERE state = 'running' AND worker = $1 AND free IS NOT NULL`, worker)
	return boardError("take a worker off", err)
}

// structs reads rows into structs by their position.
func structs[T any](s *Store, most time.Duration, sql string, args ...any) ([]T, error) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	rows, err := s.pool.Query(ctx, s.sql(sql), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}
