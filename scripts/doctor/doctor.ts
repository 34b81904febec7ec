/** Looks at all that a deployment needs, before there is one. Changes nothing. */
import { ConfigError, printable } from "../../components/config";
import { LOCAL_DOCKER } from "../../components/docker";
import { UserError } from "../../components/errors";
import { checkStackFile, hasRootSecret, readStackFile } from "../files/stackFile";
import { dockerLook, reach, type Stack } from "./docker";
import { placeholdersIn } from "../files/placeholders";
import { type Finding, ok, problem, warn } from "./finding";
import { authoritiesOf, checkoutTime, toolFacts } from "./machine";
import { askOutside } from "./outside";
import { authorityFindings, clockFinding, toolFindings } from "./tools";

/** @param stack undefined: the machine alone */
export async function examine(stack: string | undefined): Promise<Finding[]> {
    const { read, findings: ofFile } = stack === undefined ? { findings: [] } : fileOf(stack);
    const [tools, outside, docker] = await Promise.all([
        toolFacts(),
        askOutside(process.env),
        reach(read?.settings.docker ?? LOCAL_DOCKER),
    ]);
    const now = Date.now();
    const look = "what" in docker ? { findings: [docker] } : await dockerLook(docker, read);
    return [
        ...ofFile,
        ...toolFindings(tools, outside),
        ...authorityFindings(authoritiesOf(process.env, new Date(now)), outside),
        clockFinding({ now, checkout: checkoutTime(), docker: "time" in look ? look.time : undefined }, outside),
        ...look.findings,
    ];
}

function fileOf(stack: string): { read?: Stack; findings: Finding[] } {
    const what = "stack file";
    const file = readStackFile(stack); // Without it there is nothing to look at.
    const examples = placeholdersIn(file).map(says => warn(what, says, `Put it into stacks/Pulumi.${stack}.yaml.`));
    try {
        const settings = checkStackFile(stack, file);
        return {
            read: { settings, wasDeployed: hasRootSecret(file) },
            findings: [
                ok(what, `stacks/Pulumi.${stack}.yaml is accepted; people: ${settings.people.length}`),
                ...examples,
            ],
        };
    } catch (error) {
        if (error instanceof ConfigError) {
            const place = (path: string) => (path === "" ? "" : `${path}: `);
            const todo = `Correct it in stacks/Pulumi.${stack}.yaml.`;
            return {
                findings: [
                    ...error.problems.map(({ path, message }) => problem(what, printable(place(path) + message), todo)),
                    ...examples,
                ],
            };
        }
        if (error instanceof UserError) {
            return { findings: [problem(what, error.message, `Correct it in stacks/Pulumi.${stack}.yaml.`)] };
        }
        throw error;
    }
}

/** Whether a deployment would get through. */
export function isFit(findings: readonly Finding[]): boolean {
    return findings.every(({ state }) => state !== "problem");
}
