// Package azureblob refuses Azure's buckets.
package azureblob

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/blob"
)

const Scheme = "azblob"

type ServiceURLOptions struct{}

func NewDefaultClient() {}

func NewDefaultServiceURLOptions() *ServiceURLOptions { return &ServiceURLOptions{} }

type URLOpener struct {
	MakeClient        func()
	ServiceURLOptions ServiceURLOptions
}

// Otherwise Pulumi would take the address for one of Pulumi Cloud's, and ask for a token.
func init() {
	blob.DefaultURLMux().RegisterBucket(Scheme, &URLOpener{})
}

func (*URLOpener) OpenBucketURL(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, errors.New("this pulumi was built without Google's and Azure's clouds; use an official one")
}
