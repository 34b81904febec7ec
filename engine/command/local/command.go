package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command runs a command when it is created, updated and deleted.
type Command struct{}

// Annotate describes the resource in the schema.
func (c *Command) Annotate(a infer.Annotator) {
	a.Describe(&c, "A command on this machine that runs as a step of a resource's life. "+
		"A command that ends with another exit code than 0 fails that step.")
}

// CommandArgs are the inputs of a Command.
type CommandArgs struct {
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Process
}

// Annotate describes the properties in the schema.
func (c *CommandArgs) Annotate(a infer.Annotator) {
	a.Describe(&c.Create, "The command to run when the resource is created.")
	a.Describe(&c.Update, "The command to run when an input has changed. Default: create again.")
	a.Describe(&c.Delete, "The command to run when the resource is deleted.")
	a.Describe(&c.Triggers, "Values of any kind: the resource is replaced when one of them changes.")
}

// CommandState is what is kept of a Command.
type CommandState struct {
	CommandArgs
	Result
}

// Create runs the create command. Its output can only be known by running it, so a preview shows
// it as unknown.
func (c *Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandArgs],
) (infer.CreateResponse[CommandState], error) {
	response := infer.CreateResponse[CommandState]{Output: CommandState{CommandArgs: req.Inputs}}
	var err error
	if response.ID, err = resource.NewUniqueHex(req.Name, 8, 0); err != nil || req.DryRun {
		return response, err
	}
	err = response.Output.step(ctx, req.Inputs.Create)
	return response, err
}

// Update runs the update command or, without one, the create command again.
func (c *Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandArgs, CommandState],
) (infer.UpdateResponse[CommandState], error) {
	response := infer.UpdateResponse[CommandState]{
		Output: CommandState{CommandArgs: req.Inputs, Result: req.State.Result},
	}
	if req.DryRun {
		return response, nil
	}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	err := response.Output.step(ctx, command)
	return response, err
}

// Delete runs the delete command.
func (c *Command) Delete(ctx context.Context, req infer.DeleteRequest[CommandState]) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.step(ctx, req.State.Delete)
}

// step runs a command, if there is one for this step, and keeps its result.
func (s *CommandState) step(ctx context.Context, command *string) error {
	if command == nil {
		return nil
	}
	return s.Result.replaceBy(ctx, *command, s.Process)
}
