// Package local holds the resource Command and the function Run.
package local

import (
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Process is what Command and Run both need to start a process.
type Process struct {
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
}

// Annotate describes the properties in the schema.
func (p *Process) Annotate(a infer.Annotator) {
	a.Describe(&p.Interpreter, `The program, with its arguments, that the command is handed to. Default: ["/bin/sh", "-c"].`)
	a.Describe(&p.Dir, "The directory to run in. It must exist. Default: the program's.")
	a.Describe(&p.Environment, "Environment variables, added to those of Pulumi.")
	a.Describe(&p.Stdin, "What the command reads from its standard input.")
	a.Describe(&p.Logging, "Which of the command's output is shown while it runs. Default: stdoutAndStderr.")
	a.Describe(&p.AddPreviousOutputInEnv, "Whether update and delete find the output of the command that ran before "+
		"in PULUMI_COMMAND_STDOUT and PULUMI_COMMAND_STDERR. Default: true.")
	a.Describe(&p.AssetPaths, "Globs of files, relative to dir, that are returned one by one in assets; "+
		"a later glob that begins with ! takes files out again.")
	a.Describe(&p.ArchivePaths, "Globs of files, relative to dir, that are returned together in archive; "+
		"a later glob that begins with ! takes files out again.")
}

// Result is what a process leaves behind.
type Result struct {
	Stdout  string                            `pulumi:"stdout"`
	Stderr  string                            `pulumi:"stderr"`
	Assets  *map[string]*types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                 `pulumi:"archive,optional"`
}

// Annotate describes the properties in the schema.
func (r *Result) Annotate(a infer.Annotator) {
	a.Describe(&r.Stdout, "What the command wrote to its standard output, without the last line's end.")
	a.Describe(&r.Stderr, "What the command wrote to its standard error, without the last line's end.")
	a.Describe(&r.Assets, "The files that assetPaths found, by their path relative to dir.")
	a.Describe(&r.Archive, "The files that archivePaths found.")
}

// Logging says which of a command's two output streams are shown while it runs.
type Logging string

// Values lists the choices in the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: "stdout", Value: "stdout", Description: "Only standard output."},
		{Name: "stderr", Value: "stderr", Description: "Only standard error."},
		{Name: "stdoutAndStderr", Value: "stdoutAndStderr", Description: "Both."},
		{Name: "none", Value: "none", Description: "Neither."},
	}
}

// shows tells whether the lines of the stream (stdout or stderr) are to be shown. Unset: all are.
func (l *Logging) shows(stream Logging) bool {
	return l == nil || *l == stream || *l == "stdoutAndStderr"
}
