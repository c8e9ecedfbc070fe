package providertest

import "testing"

type Contract struct{}

func (c *Contract) reset()                        {}
func (c *Contract) verify(t *testing.T, all bool) {}
