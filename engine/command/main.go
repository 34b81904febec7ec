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
	"github.com/pulumi/pulumi-go-provider/middleware/schema"

	"jupyterhub-docker-pulumi/engine/command/local"
)

// version is set by the linker to the version of @pulumi/command that the plugin stands in for.
var version = "0.0.0-dev"

// newProvider takes the tokens from the Go names: package local, types Command and Run.
func newProvider() provider.Provider {
	return infer.Provider(infer.Options{
		Metadata: schema.Metadata{
			DisplayName: "Command",
			Description: "Commands on this machine as resources.",
		},
		Resources: []infer.InferredResource{infer.Resource(&local.Command{})},
		Functions: []infer.InferredFunction{infer.Function(&local.Run{})},
	})
}

func main() {
	err := newProvider().Run(context.Background(), "command", strings.TrimPrefix(version, "v"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
