// The command plugin: what @pulumi/command offers for commands on this machine, the resource
// command:local:Command and the function command:local:run. Commands over SSH (command:remote:…)
// are not part of it.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"jupyterhub-docker-pulumi/engine/command/local"
)

// version is set by the linker to the version of @pulumi/command that the plugin stands in for.
var version = "0.0.0-dev"

// newProvider takes the tokens from the Go names: package local, types Command and Run.
func newProvider() (provider.Provider, error) {
	return infer.NewProviderBuilder().
		WithDisplayName("Command").
		WithDescription("Commands on this machine as resources.").
		WithResources(infer.Resource(&local.Command{})).
		WithFunctions(infer.Function(&local.Run{})).
		Build()
}

func main() {
	plugin, err := newProvider()
	if err == nil {
		err = plugin.Run(context.Background(), "command", strings.TrimPrefix(version, "v"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
