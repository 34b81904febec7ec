//go:build plugin

package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
)

//go:embed schema.json
var schema []byte

func run(name, version string, info tfbridge.ProviderInfo) {
	info.Version = version
	tfbridge.Main(name, version, info, schema)
}
