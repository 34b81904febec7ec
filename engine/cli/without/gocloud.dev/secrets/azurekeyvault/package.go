// Package azurekeyvault refuses Azure's keys.
package azurekeyvault

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/secrets"
)

type refusing struct{}

func init() {
	secrets.DefaultURLMux().RegisterKeeper("azurekeyvault", refusing{})
}

func (refusing) OpenKeeperURL(context.Context, *url.URL) (*secrets.Keeper, error) {
	return nil, errors.New("this pulumi was built without Google's and Azure's clouds; use an official one")
}
