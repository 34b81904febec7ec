package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Run runs a command each time that the program runs, previews included.
type Run struct{}

// Annotate describes the function in the schema.
func (r *Run) Annotate(a infer.Annotator) {
	a.Describe(&r, "Runs a command on this machine at every preview and every deployment. "+
		"For a command that belongs to a resource's life use Command.")
}

// RunArgs are the arguments of Run.
type RunArgs struct {
	Command string `pulumi:"command"`
	Process
}

// Annotate describes the properties in the schema.
func (r *RunArgs) Annotate(a infer.Annotator) {
	a.Describe(&r.Command, "The command to run.")
}

// RunResult is what Run returns: its arguments and what the command left behind.
type RunResult struct {
	RunArgs
	Result
}

// Invoke runs the command.
func (r *Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunArgs],
) (infer.FunctionResponse[RunResult], error) {
	result := RunResult{RunArgs: req.Input}
	err := result.Result.replaceBy(ctx, req.Input.Command, req.Input.Process)
	return infer.FunctionResponse[RunResult]{Output: result}, err
}
