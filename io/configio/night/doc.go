// Package night says when the nights of an account are due: by five cron fields and a
// time zone.
//
// A night is identified by its local date, so there is at most one a day, also on
// the two days a year on which clocks are put forward and back:
//
//   - A local time that is skipped becomes the first instant after the gap. Where
//     the gap runs to the end of the day, that is the first instant of the next one.
//   - One that comes twice counts once, as the first of the two.
//   - A date that a zone leaves out has no night: Samoa had no 30 December 2011.
//
// The fields for days are cron's, with cron's pitfall: where both the day of the month
// and the day of the week are restricted, a night is due on the days of either. So "30 1
// 1-7 * MON" is not the first Monday of the month, but each of its first seven days and
// every Monday, and "30 1 1-31 * MON" is every day, which "30 1 * * MON" is not. A field
// with a step is restricted, too: "30 1 */2 * MON" is every other day and every Monday
// (some other crons read it as the days of both). Sunday is 0, and never 7.
package night
