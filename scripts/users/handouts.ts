/** Passwords of a deployed stack's people, for a table to hand out. */
import { UserError } from "../../components/errors";
import { knownStack } from "../pulumi/deployed";
import { notDeployed, outputsOf } from "../pulumi/pulumi";
import { readStackFile } from "../files/stackFile";
import { peopleOfStack } from "./edit";

export interface Handout {
    name: string;
    email?: string;
    url: string;
    password: string;
}

export interface Handouts {
    handouts: Handout[];
    /** People who have no password that the stack knows: they chose it, or are not deployed yet. */
    without: string[];
}

/** @throws UserError when the stack is not deployed, or its people have no passwords */
export async function handoutsOf(name: string): Promise<Handouts> {
    const people = peopleOfStack(name);
    const { url, passwords } = (await outputsOf(await knownStack(name, readStackFile(name)))) as {
        url?: string;
        passwords?: Record<string, string>;
    };
    if (url === undefined || passwords === undefined) {
        throw notDeployed(name);
    }
    if (Object.keys(passwords).length === 0) {
        throw new UserError(
            `Nobody of the stack "${name}" has a password that it has made; see docs/authentication.md.`,
        );
    }
    const has = people.filter(person => passwords[person.name] !== undefined);
    return {
        handouts: has.map(person => ({
            name: person.name,
            ...(person.email === undefined ? {} : { email: person.email }),
            url,
            password: passwords[person.name],
        })),
        without: people.filter(person => passwords[person.name] === undefined).map(person => person.name),
    };
}
