package pingone

import "keyroster/providers"

// features are what an open environment can do beyond the six methods.
func (c *Client) features() providers.Features {
	return providers.Features{Choices: c.Choices, IssuedCards: c.IssuedCards, Forecast: c.Forecast, Examine: c.Examine}
}
