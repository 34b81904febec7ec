/** What a person's server is made of, whoever makes it: Pulumi (userServer.ts) or the launcher (templates.ts). */
import type * as docker from "@pulumi/docker";
import { HARDENED, memoryLimit } from "../docker/container";
import type { PartArgs } from "../docker/containerComponent";
import { placeEnv } from "../config/network/forServers";
import { peopleDns, type NetworkSettings } from "../config/network/settings";
import { HUB_PORT } from "../docker/ports";
import { baseUrlOf } from "../config/publicUrl";
import { formsOf, type Forms } from "./forms";
import { serverEnv } from "./serverEnv";
import type { ServerSecrets } from "./serverSecrets";
import {
    accountEnv,
    gpuRequest,
    groupAdds,
    mountsOf,
    NO_HEALTHCHECK,
    openLimit,
    PLAIN_USER,
    plainHome,
    systemUser,
    threadLimits,
    withAuthorities,
} from "./serverParts";
import type { Settings } from "../config/settings";
import { PLAIN_HOME, type Person } from "../config/users/people";

/** Microseconds of a CPU period; Docker's default. */
const CPU_PERIOD = 100_000;

export type Definition = Omit<docker.ContainerArgs, "envs" | "labels"> & { env: Record<string, string> };

export interface DefinitionArgs extends Pick<PartArgs, "names" | "image"> {
    /** Whose server it is. */
    person: Person;
    /**
     * What differs from others who have the same otherwise.
     * @default the person's own
     */
    forms?: Forms;
    /** Public URL, with a slash at its end. */
    publicUrl: string;
    /** Storage of plain people's homes. */
    storage: Settings["storage"];
    /**
     * Size of a temporary home in MiB.
     * @default half of the person's memory
     */
    temporarySize?: number;
    /** GPUs of the person (`allocateGpus`). */
    gpus?: readonly string[];
    /** Proxies and name servers; the people's network as it is planned. */
    network: NetworkSettings;
    /**
     * Whether it trusts the place's certificate authorities (authorities.ts).
     * @default false
     */
    authorities?: boolean;
}

/** Environment of a person's server, without the token. @param secrets if given, the result is one too */
export function environment(
    { names, person, forms = formsOf(person), publicUrl, network, authorities = false }: DefinitionArgs,
    secrets: { proxyCredentials?: string; env?: ServerSecrets["env"] } = {},
): Record<string, string> {
    return {
        ...threadLimits(person.cpus),
        ...placeEnv(names, network, { authorities, proxyCredentials: secrets.proxyCredentials }),
        ...person.env,
        ...secrets.env,
        ...(person.umask === undefined ? {} : { NB_UMASK: person.umask }),
        ...openLimit(person),
        ...(forms.account === undefined ? { HOME: PLAIN_HOME } : accountEnv(forms.name, forms.account)),
        ...serverEnv({
            forms,
            hubUrl: `http://${names.hub}:${HUB_PORT}`,
            baseUrl: baseUrlOf(publicUrl),
            publicUrl,
        }),
    };
}

/**
 * The person's container without secrets and without labels about itself. Plain text, so that nothing cascades into it.
 */
export function serverDefinition(args: DefinitionArgs): Definition {
    const { names, person, forms = formsOf(person), image, network } = args;
    const { account } = forms;
    return {
        ...HARDENED,
        name: names.personPrefix + forms.slug,
        hostname: forms.slug,
        image,
        // The hub starts and stops it. Docker restarts a running one after a reboot.
        start: false,
        mustRun: false,
        restart: "unless-stopped",
        stopTimeout: 10,
        destroyGraceSeconds: 10,
        networkMode: names.peopleNetwork,
        ...peopleDns(network),
        ...memoryLimit(person.memory),
        // In this form because the provider reads `cpus` back as another text ("10" as "10.").
        cpuPeriod: CPU_PERIOD,
        cpuQuota: Math.round(person.cpus * CPU_PERIOD),
        ...(person.shm === undefined ? {} : { shmSize: person.shm }),
        ...gpuRequest(args.gpus ?? []),
        ...groupAdds(person, forms),
        ...NO_HEALTHCHECK,
        ...withAuthorities(args.authorities ? names : undefined, homeParts(args, forms)),
        ...mountsOf(person, { account }, names),
        env: environment(args),
    };
}

function homeParts({ names, person, storage, temporarySize }: DefinitionArgs, forms: Forms) {
    const { name, account, primaryGroup } = forms;
    return account === undefined
        ? { ...PLAIN_USER, ...plainHome(names.homePrefix + forms.home, person, storage, temporarySize) }
        : systemUser({ name, system: account, supplementaryGroups: person.supplementaryGroups }, primaryGroup);
}
