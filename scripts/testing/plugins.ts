/** `npm run test:plugins`: Pulumi's plugins that are in use beside two others. */
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { isProgram } from "../files/programs";
import { runTests } from "./tests";

const NAMES = ["docker", "command"] as const;

/** @param args the two programs, by paths from where npm was called @returns the exit code */
export async function testPlugins(args: readonly [string, string]): Promise<number> {
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
    return runTests(["plugins"]);
}
