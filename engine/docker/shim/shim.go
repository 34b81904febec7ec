// Package shim reaches the Terraform provider, which sits in an internal package: only a module
// whose path starts with the provider's own may import it, hence this module's name.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider makes the Terraform provider for Docker.
func NewProvider(version string) *schema.Provider {
	return provider.New(version)()
}
