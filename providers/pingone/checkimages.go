package pingone

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// The largest sizes at which images work, decoded (PingOne administration guide).
const (
	maxBackground = 50 << 10
	maxLogo       = 25 << 10
)

var dataURL = regexp.MustCompile(`^data:image/[A-Za-z0-9.+-]+;base64,`)

func (c *checker) images() {
	c.image(col.background, maxBackground)
	c.image(col.logo, maxLogo)
}

// image warns of what wallets may not show. PingOne's contract accepts any text.
func (c *checker) image(column, most int) {
	cell := c.cells[column]
	if !cell.Filled() {
		return
	}
	text := strings.TrimSpace(cell.Text()) // a file ends with a line break
	head := dataURL.FindString(text)
	if head == "" {
		if u, err := url.Parse(text); err != nil || u.Scheme != "https" || u.Host == "" {
			c.warn(column, KindImage, "the image is neither an https URL nor a data URL of an image",
				"give https://…, data:image/…;base64,… or @path of an image file")
		}
		return
	}
	decoded, err := base64.StdEncoding.DecodeString(text[len(head):])
	switch {
	case err != nil:
		c.warn(column, KindImage, "the data URL does not hold base64", "encode the image again; was it cut off?")
	case len(decoded) > most:
		c.warn(
			column, KindImageSize,
			fmt.Sprintf("the image has %d bytes, but PingOne's guide allows at most %d", len(decoded), most),
			"make the image smaller, or give the https URL of one",
		)
	}
}
