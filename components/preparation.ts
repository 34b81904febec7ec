/** Args → all that is known before the first resource: settings, secrets, and what is on the Docker host. */
import * as pulumi from "@pulumi/pulumi";
import { authenticationSecret } from "./config/authentication/settings";
import { secretMap } from "./config/secrets/map";
import { LATE_KEYS, SECRET_KEYS, type LateKey } from "./config/schema";
import { decodeConfig, NAMESPACE, readSettings, type Settings } from "./config/settings";
import { fingerprint, instanceId, type FingerprintedSecret } from "./docker/credentials";
import { ADOPTED, deploymentsOf, standingOf, standingProblem } from "./docker/deployments";
import { UserError } from "./errors/userError";
import { hostAccounts } from "./host/accounts";
import { stateKnows } from "./host/deployedState";
import { checkPython } from "./host/hubFiles";
import type { RegistryPasswords } from "./image/registries";
import type { HubOptions, JupyterHubArgs, StackFileArgs } from "./jupyterHubArgs";
import { lateValue, type LateValue } from "./lateValues";
import { lookAtHost, type Host } from "./preflight/preflight";
import { serverSecrets } from "./serverSecrets";
import type { ServerSecrets } from "./user/serverSecrets";

/** All that a hub is planned from. */
export interface Prepared {
    settings: Settings;
    instance: string;
    host: Partial<Host>;
    secrets: Secrets;
}

/** Secrets as resources take them. */
export interface Secrets {
    rootSecret: pulumi.Output<string>;
    /** URL of the hub's database with its fingerprint, where that is PostgreSQL. */
    databaseUrl?: FingerprintedSecret;
    /** What the identity provider knows this hub by, for types of authentication that need it. */
    authenticationSecret?: pulumi.Output<string>;
    /** `user:password` for the proxies of `settings.network`. */
    proxyCredentials?: FingerprintedSecret;
    registryPasswords?: pulumi.Output<RegistryPasswords>;
    /** Of `swarm.registryUsername`. */
    swarmRegistryPassword?: FingerprintedSecret;
    /** Person → what their server has of `secretEnv` and `secretFiles`; only those who have something. */
    servers: ReadonlyMap<string, ServerSecrets>;
    tlsKey?: pulumi.Output<string>;
}

type LateValues = ReadonlyMap<LateKey, LateValue>;

/**
 * Says by Pulumi's log what whoever runs the machine should know.
 * @throws UserError when the args are wrong or the Docker host is not as it must be
 */
export async function prepare(args: JupyterHubArgs | StackFileArgs): Promise<Prepared> {
    const { stack, all, secretKeys } = writtenIn(args);
    const late = new Map<LateKey, LateValue>();
    for (const key of LATE_KEYS) {
        const given = all[`${NAMESPACE}:${key}`];
        if (given !== undefined) {
            const value = await lateValue(given as pulumi.Input<unknown>);
            late.set(key, value);
            all[`${NAMESPACE}:${key}`] = value.plain;
        }
    }
    const settings = readSettings(stack, all, secretKeys, { accounts: hostAccounts });
    checkPython(settings.hub.extraConfig);
    const instance = instanceOf(args, late, settings.deployment);
    const { preflight = lookAtHost } = args;
    const { host, warnings = [], notes = [] } = await preflight(settings, instance, pulumi.runtime.isDryRun());
    await refuseUnsettled(args, { stack, instance }, host, late);
    warnings.forEach(warning => void pulumi.log.warn(warning));
    [...unknownNotes(late), ...notes].forEach(note => void pulumi.log.info(note));
    return { settings, instance, host, secrets: secretsOf(settings, late) };
}

/** Keys with their namespace, and which of them are encrypted: in a program all that can be. */
function writtenIn(args: JupyterHubArgs | StackFileArgs): {
    stack: string;
    all: Record<string, unknown>;
    secretKeys: ReadonlySet<string>;
} {
    const { stack = pulumi.getStack(), instance: _, preflight: __, ...written } = args;
    if ("stackFile" in written) {
        const { config, secretKeys } = written.stackFile;
        return { stack, all: decodeConfig(config), secretKeys };
    }
    const given = Object.entries(written).filter(([, value]) => value !== undefined);
    return {
        stack,
        all: Object.fromEntries(given.map(([key, value]) => [`${NAMESPACE}:${key}`, value])),
        secretKeys: new Set(SECRET_KEYS.map(key => `${NAMESPACE}:${key}`)),
    };
}

/** @throws UserError when no names can be made */
function instanceOf({ instance }: HubOptions, late: LateValues, deployment: string): string {
    const { known, plain } = late.get("rootSecret") as LateValue;
    if (instance === undefined && known) {
        return instanceId(plain as string, deployment);
    }
    if (instance === undefined) {
        throw new UserError(
            "rootSecret: is not known before another resource is made, and the names of containers and volumes are " +
                "derived from it. Take one that a preview knows, such as a secret of Pulumi's config; or give " +
                "instance: eight letters a-z or digits 2-7 of your own, which never change.",
        );
    }
    if (!/^[a-z2-7]{8}$/.test(instance)) {
        throw new UserError(`instance: expected eight letters a-z or digits 2-7, got ${JSON.stringify(instance)}`);
    }
    return instance;
}

/**
 * Whether what is deployed is this stack's, and the stack's own. `npm run adopt` plans as if the state knew it: it
 * writes the state from that plan.
 * @throws UserError that says what is there and what to do
 */
async function refuseUnsettled(
    options: HubOptions,
    { stack, instance }: { stack: string; instance: string },
    { present, deployed }: Partial<Host>,
    late: LateValues,
): Promise<void> {
    const { known, plain } = late.get("rootSecret") as LateValue;
    const adopted = pulumi.runtime.isDryRun() && process.env[ADOPTED] === instance;
    if (present === undefined || !known || adopted) {
        return;
    }
    // Hubs that a program has named itself may share a root secret.
    const named = options.stack !== undefined || options.instance !== undefined;
    const isDerived = (name: string, id: string) =>
        id === instance || (!named && instanceId(plain as string, name) === id);
    const found = deploymentsOf(present, isDerived, [stack]);
    const standing = await standingOf(found, instance, containers =>
        stateKnows(new Set(containers.map(({ name }) => name)), deployed),
    );
    const problem = standingProblem(stack, standing);
    if (problem !== undefined) {
        throw new UserError(problem);
    }
}

function unknownNotes(late: LateValues): string[] {
    const unknown = [...late].filter(([, { known }]) => !known).map(([key]) => key);
    return unknown.length === 0
        ? []
        : [`${unknown.join(", ")}: not known in this preview, which may show more changes than there are.`];
}

function secretsOf(settings: Settings, late: LateValues): Secrets {
    const text = (key: string | undefined) => late.get(key as LateKey)?.output as pulumi.Output<string> | undefined;
    const plain = (key: LateKey) => late.get(key)?.plain as string;
    const proxyCredentials = text("proxyCredentials");
    const swarmRegistryPassword = text("swarmRegistryPassword");
    const databaseUrl = settings.database.kind === "sqlite" ? undefined : text("database");
    return {
        rootSecret: text("rootSecret") as pulumi.Output<string>,
        databaseUrl: databaseUrl && {
            value: databaseUrl.apply(url => url.trim()),
            fingerprint: fingerprint(plain("rootSecret"), "database", plain("database")),
        },
        authenticationSecret: text(authenticationSecret(settings.authentication)),
        proxyCredentials: proxyCredentials && {
            value: proxyCredentials,
            fingerprint: fingerprint(plain("rootSecret"), "proxy", plain("proxyCredentials")),
        },
        registryPasswords: late
            .get("registryPasswords")
            ?.output.apply(passwords => secretMap(passwords) as RegistryPasswords),
        swarmRegistryPassword: swarmRegistryPassword && {
            value: swarmRegistryPassword,
            fingerprint: fingerprint(plain("rootSecret"), "swarm registry", plain("swarmRegistryPassword")),
        },
        servers: serverSecrets(settings, plain("rootSecret"), key => late.get(key)),
        tlsKey: text("tlsKey"),
    };
}
