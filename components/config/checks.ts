/** What is wrong with the config that only shows between its sections. Pure. */
import { dummyProblems, missingSecret } from "./authentication/problems";
import { machineOf, type DockerHost } from "../docker/dockerHost";
import { dockerSettings } from "./docker";
import { httpsProblems, pairProblems, unknownHttpsKeys, type BesideHttps } from "./https/problems";
import { hubProblems, hubSizeProblems } from "./hub/problems";
import { imageNameProblems, imageNames } from "./images";
import type { Problem } from "./messages";
import { metricsProblems } from "./metrics";
import { networkProblems, networkSecretProblems } from "./network/problems";
import type { Raw, Sections } from "./sections";
import { listProblems } from "./users/listProblems";
import type { Person } from "./users/person";
import { reachable, type Listen } from "./values";

/** What checks look at besides the sections. */
export interface Surroundings {
    stack: string;
    /** The config as it is written, for secrets and for names that a section loses. */
    raw: Raw;
    now: Date;
}

/** What people and images are to each other. */
export function peopleProblems(sections: Sections, { raw }: Surroundings): Problem[] {
    const images = imageNames(raw.images);
    return [...listProblems(sections, images), ...imageNameProblems(images)];
}

/** Ways to the hub: addresses, HTTPS, log-ins. */
export function wayProblems(sections: Sections, { stack, raw, now }: Surroundings): Problem[] {
    const { https, listen, metrics, parts } = sections;
    const beside = besideHttps(sections, raw);
    return [
        ...metricsProblems(metrics, listen),
        ...(https === undefined
            ? []
            : [
                  ...unknownHttpsKeys(https, raw.https),
                  ...httpsProblems(https, beside),
                  ...pairProblems(https, beside, { stack, now, raw }),
              ]),
        ...(parts.wayIn === undefined
            ? []
            : [...missingSecret(parts.wayIn, raw, stack), ...dummyProblems(parts.wayIn, sections)]),
    ];
}

/** The hub's own settings, and its networks. */
export function hubAndNetworkProblems(
    { authentication, hub, users, parts }: Sections,
    people: readonly Person[],
    { stack, raw }: Surroundings,
): Problem[] {
    const names = new Set(people.map(({ name }) => name));
    const groups = new Set(people.flatMap(person => person.groups));
    return [
        ...hubSizeProblems(authentication, hub),
        ...(hub === undefined ? [] : hubProblems(hub, names, groups)),
        ...networkProblems(parts.network, users.length),
        ...networkSecretProblems(parts.network, raw, stack),
    ];
}

function besideHttps({ listen, publicUrl, docker }: Sections, raw: Raw): BesideHttps {
    return {
        listen,
        publicUrl,
        hasPublicUrl: raw.publicUrl !== undefined,
        derived: listen && derivedAddress(listen, dockerSettings(docker)),
    };
}

/** Host and port of the hub for who has no name of it: of 0.0.0.0 the Docker host's own. */
export function derivedAddress({ ip, port }: Listen, docker: DockerHost): string {
    return `${(ip === "0.0.0.0" ? machineOf(docker)?.name : undefined) ?? reachable(ip)}:${port}`;
}
