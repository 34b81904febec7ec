package cli

import (
	"errors"

	"github.com/spf13/cobra"
)

// notBuilt stands in for a command that sets up an account at a cloud provider for Pulumi Cloud.
func notBuilt(name string) *cobra.Command {
	return &cobra.Command{
		Use:    name,
		Hidden: true,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("this pulumi was built without it; use an official one")
		},
	}
}

func newSetupAWSCmd(*setupCommand) *cobra.Command { return notBuilt("aws") }
