import { declare, examples } from "../../terminal/declare";

const NEEDS = `two programs, which are compared with the plugins in use:
  npm run test:plugins -- DOCKER_PLUGIN COMMAND_PLUGIN
Official ones are in Pulumi's releases (pulumi-resource-docker, pulumi-resource-command); those that were built here
are in ~/.cache/jupyterhub-pulumi/engine/parts.`;

export default declare({
    call: "npm run test:plugins --",
    about: [
        "Compares Pulumi's plugins that are in use with two others: the official " +
            "pulumi-resource-docker and pulumi-resource-command with those that are built from engine/, " +
            "or the other way round. One pair deploys and changes a stack, the other has to plan nothing " +
            "for it, and of each edit both have to plan the same; then the command plugin's tests run " +
            "with the other one. No part of npm test, because it needs both.",
    ],
    needs: NEEDS,
})
    .argument("<DOCKER_PLUGIN>", "a program called pulumi-resource-docker")
    .argument("<COMMAND_PLUGIN>", "a program called pulumi-resource-command")
    .addHelpText(
        "after",
        examples(["npm run test:plugins -- ./official/pulumi-resource-docker ./official/pulumi-resource-command"]),
    )
    .action(async (docker, other) => {
        const { testPlugins } = await import("../../testing/plugins");
        process.exitCode = await testPlugins([docker, other]);
    });
