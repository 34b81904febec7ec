/** What is wrong with the config that only shows between its sections. Pure. */
import { databaseProblems } from "./database";
import { dummyProblems, ltiProblems, missingSecret } from "./authentication/problems";
import { machineOf, type DockerHost } from "../docker/dockerHost";
import { dockerSettings } from "./docker";
import { spawningProblems } from "./dynamic/problems";
import { httpsProblems, pairProblems, unknownHttpsKeys, type BesideHttps } from "./https/problems";
import { hubProblems, hubSizeProblems } from "./hub/problems";
import { imageNameProblems, imageNames, imagesSettings } from "./images";
import type { Problem } from "./messages";
import { metricsProblems } from "./metrics";
import { poolProblems } from "./profiles/pool";
import { profileProblems } from "./profiles/problems";
import { networkProblems, networkSecretProblems } from "./network/problems";
import { peopleConfig, type Raw, type Sections } from "./sections";
import { swarmProblems } from "./swarm/problems";
import { blockedProblems, listProblems } from "./users/listProblems";
import { localeProblems } from "./users/locales";
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
    const config = peopleConfig(sections);
    return [
        ...listProblems(sections, images),
        ...imageNameProblems(images),
        ...profileProblems(sections, config, images),
        ...poolProblems(sections, config, raw.gpus !== undefined),
        ...blockedProblems(sections),
        ...(sections.images === undefined ? [] : localeProblems(config, imagesSettings(sections.images).notebooks)),
    ];
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
            : [
                  ...missingSecret(parts.wayIn, raw, stack),
                  ...dummyProblems(parts.wayIn, sections),
                  ...ltiProblems(parts.wayIn, sections),
              ]),
        ...spawningProblems(sections, raw),
        ...swarmProblems(sections, raw, stack),
    ];
}

/** The hub's own settings, its database, and its networks. */
export function hubAndNetworkProblems(
    { authentication, hub, users, launcher, parts }: Sections,
    people: readonly Person[],
    { stack, raw }: Surroundings,
): Problem[] {
    const names = new Set(people.map(({ name }) => name));
    const groups = new Set(people.flatMap(person => person.groups));
    return [
        ...databaseProblems(raw),
        ...hubSizeProblems(authentication, hub),
        ...(hub === undefined ? [] : hubProblems(hub, names, groups)),
        ...networkProblems(parts.network, Math.max(users.length, launcher?.servers ?? 0)),
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
