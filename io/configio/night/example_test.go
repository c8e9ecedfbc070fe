package night_test

import (
	"fmt"
	"time"

	"keyroster/io/configio/night"
)

// Half past two, every night. On the night when clocks go forward, Berlin has no such time, so the
// night begins at the end of the gap.
func Example() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		fmt.Println(err)
		return
	}
	schedule, err := night.Parse("30 2 * * *", berlin)
	if err != nil {
		fmt.Println(err)
		return
	}
	from := time.Date(2026, 3, 27, 12, 0, 0, 0, berlin)
	for _, n := range schedule.Between(from, from.AddDate(0, 0, 3)) {
		fmt.Println(n.Date, "begins", n.Due.Format(time.RFC3339))
	}
	// Output:
	// 2026-03-28 begins 2026-03-28T02:30:00+01:00
	// 2026-03-29 begins 2026-03-29T03:00:00+02:00
	// 2026-03-30 begins 2026-03-30T02:30:00+02:00
}
