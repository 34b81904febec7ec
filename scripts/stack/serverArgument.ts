/** Servers as people name them in commands: `ada`, `ada/work`. Pure. */
import { didYouMean, normaliseName } from "../../components/config";
import { ownerOf, serverOf } from "../../components/docker";
import { UserError } from "../../components/errors";

/** What an argument means. */
export interface ServerArgument {
    /** The person's name as this project has it. */
    person: string;
    /** The name of a further server of theirs; undefined where the person alone was named. */
    server?: string;
    /** Both, as this project writes them: `ada`, `ada/work`. */
    written: string;
}

const LONGEST = 30;
const SERVER = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** @throws UserError in plain words */
export function readServer(given: string): ServerArgument {
    const text = given.normalize("NFKC"); // As names are read: a wide slash is one.
    const slash = text.indexOf("/"); // No person's name has one.
    if (slash === -1) {
        const person = normaliseName(text);
        return { person, written: person };
    }
    const [person, server] = [normaliseName(text.slice(0, slash)), text.slice(slash + 1)];
    const what = JSON.stringify(given);
    if (person === "") {
        throw new UserError(`${what}: before the slash goes a person's name, as in ada/work`);
    }
    if (server === "") {
        throw new UserError(
            `${what}: after the slash goes the name of a server, as in ${person}/work; or leave the slash out`,
        );
    }
    if (server.length > LONGEST || !SERVER.test(server)) {
        throw new UserError(
            `${what}: ${JSON.stringify(server)} is no name of a server; those have small letters a-z and digits, with ` +
                `single dashes between them, and at most ${LONGEST} characters`,
        );
    }
    return { person, server, written: serverOf(person, server) };
}

/** Each once. @throws UserError with all that is wrong */
export function readServers(given: readonly string[]): ServerArgument[] {
    const problems: string[] = [];
    const read = given.flatMap(text => {
        try {
            return [readServer(text)];
        } catch (error) {
            problems.push((error as UserError).message);
            return [];
        }
    });
    if (problems.length > 0) {
        throw new UserError(problems.join("\n"));
    }
    return [...new Map(read.map(one => [one.written, one])).values()];
}

/**
 * @param servers all that the stack has, such as `ada`, `ada/work`
 * @throws UserError naming those whom the stack does not know
 */
export function refuseUnknown(wanted: readonly ServerArgument[], stack: string, servers: Iterable<string>): void {
    const people = [...new Set([...servers].map(ownerOf))];
    const unknown = new Set(wanted.map(({ person }) => person).filter(person => !people.includes(person)));
    if (unknown.size > 0) {
        const lines = [...unknown].map(
            person =>
                `"${person}" is not in the stack "${stack}" as it is deployed${didYouMean(person, people) || "."}`,
        );
        throw new UserError(lines.join("\n"));
    }
}

/** Of those that were wanted, what did not run. @param stopped such as `ada`, `ada/work` */
export function notStopped(wanted: readonly ServerArgument[], stopped: readonly string[]): string[] {
    return wanted
        .filter(({ person, server, written }) =>
            server === undefined ? !stopped.some(one => ownerOf(one) === person) : !stopped.includes(written),
        )
        .map(({ written }) => written);
}
