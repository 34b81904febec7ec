import * as path from "node:path";
import { UserError } from "../../components/errors/userError";
import { type Command } from "../terminal/command";
import { isProgram } from "../pulumi/engine/installed";
import { command as tests } from "./test";

const NAMES = ["docker", "command"] as const;

export const command: Command = {
    async run(args) {
        if (args.length !== NAMES.length) {
            throw new UserError(
                [
                    "Two programs are needed, which are compared with the plugins in use:",
                    "  npm run test:plugins -- DOCKER_PLUGIN COMMAND_PLUGIN",
                    "Official ones are in Pulumi's releases (pulumi-resource-docker, " +
                        "pulumi-resource-command); those that were built here are in",
                    "~/.cache/jupyterhub-pulumi/engine/parts.",
                ].join("\n"),
            );
        }
        const programs = args.map(file => path.resolve(process.env.INIT_CWD ?? "", file));
        const wrong = programs.filter(
            (file, i) => path.basename(file) !== `pulumi-resource-${NAMES[i]}` || !isProgram(file),
        );
        if (wrong.length > 0) {
            throw new UserError(
                `${wrong.join(", ")}: not there, not executable, or not called ` +
                    `${NAMES.map(name => `pulumi-resource-${name}`).join(" and ")}.`,
            );
        }
        [process.env.OTHER_DOCKER_PLUGIN, process.env.OTHER_COMMAND_PLUGIN] = programs;
        return tests.run(["plugins"]);
    },
};
