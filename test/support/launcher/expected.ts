/**
 * The templates of the test, and what Docker may be asked because of them: written without looking at the launcher's
 * own rules, so that either can be held against the other.
 */
import { isDeepStrictEqual } from "node:util";
import { normaliseName } from "../../../components/config/values";
import { slug } from "../../../components/docker/names";

export interface Stack {
    prefix: string;
    instance: string;
}

/** One request as the fake Docker saw it. */
export interface Recorded {
    method: string;
    url: string;
    body: string;
    /** Labels of the container whose id is in the path; undefined where there is none of that id. */
    labels?: Record<string, string>;
}

const INCARNATION = { listed: "1111", others: "2222" };
export const LISTED = ["ada", "grace"];
/** Her ids come from the log-in, as far as they are in the range. */
export const CLAIMED = "joan";
export const BLOCKED = "eve";
export const RANGE = [2000, 2999] as const;
/** Key of an image that a profile lets people choose. */
export const DATA = "data science";
export const POOL = ["0", "1"];
export const MOST_NAMED = 2;

export interface Limits {
    servers: number;
    startsPerMinute: number;
}

/** What may be chosen → its image, and how many GPUs it takes. */
const CHOICES: Record<string, { image: string; gpus: number }> = {
    default: { image: "server:1", gpus: 0 },
    small: { image: "small:1", gpus: 0 },
    "small~base": { image: "small:1", gpus: 0 },
    [`small~${DATA}`]: { image: "data:1", gpus: 0 },
    gpu: { image: "gpu:1", gpus: 1 },
    "two-gpus": { image: "gpu:1", gpus: 2 },
};
const FOR_OTHERS = ["default", "small"];

/** @param others whether somebody who is not listed gets a server */
export function launcherFile(stack: Stack, others: boolean, limits: Limits): string {
    const template = (choice: { image: string; gpus: number }, user: string, ids: unknown) => ({
        create: createBody(stack, templateValues(choice, user)),
        files: [],
        volumes: [`${stack.prefix}-home-\0home_slug\0`],
        home: null,
        ids,
        taken: [],
        known: [],
    });
    const keys = Object.keys(CHOICES);
    const entry = (key: string) => [
        key,
        { template: keys.indexOf(key), definition: "0123456789abcdef", gpus: CHOICES[key].gpus },
    ];
    const claimed = { template: keys.length, definition: "0123456789abcdef", gpus: 0 };
    const use = (menu: number, incarnation: string) => ({ menu, vars: { incarnation } });
    return JSON.stringify({
        version: 2,
        ...stack,
        limits,
        blocked: [BLOCKED],
        namedServers: MOST_NAMED,
        gpus: POOL,
        templates: [
            ...keys.map(key => template(CHOICES[key], "1000:100", null)),
            template(CHOICES.default, "\0uid\0:\0gid\0", { from: "claims", range: RANGE }),
        ],
        menus: [Object.fromEntries(keys.map(entry)), { default: claimed }, Object.fromEntries(FOR_OTHERS.map(entry))],
        people: Object.fromEntries([
            ...LISTED.map(name => [name, use(0, INCARNATION.listed)]),
            [CLAIMED, use(1, INCARNATION.listed)],
        ]),
        others: others ? use(2, INCARNATION.others) : null,
        homes: null,
        accounts: null,
    });
}

interface Values {
    image: string;
    name: string;
    server: string;
    profile: string;
    slug: string;
    homeSlug: string;
    token: string;
    incarnation: string;
    user: string;
    gpus: readonly string[];
}

function templateValues({ image, gpus }: { image: string; gpus: number }, user: string): Values {
    const filled = (name: string) => `\0${name}\0`;
    return {
        image,
        name: filled("name"),
        server: filled("server"),
        profile: filled("profile"),
        slug: filled("slug"),
        homeSlug: filled("home_slug"),
        token: filled("token"),
        incarnation: filled("incarnation"),
        user,
        gpus: Array.from({ length: gpus }, (_, index) => filled(`gpu${index + 1}`)),
    };
}

function createBody({ instance, prefix }: Stack, values: Values): object {
    const { image, name, server, profile, slug, homeSlug, token, incarnation, user, gpus } = values;
    const request = { Driver: "nvidia", Count: 0, DeviceIDs: gpus, Capabilities: [["gpu"]] };
    return {
        Image: image,
        Hostname: slug,
        User: user,
        Env: [`JUPYTERHUB_API_TOKEN=${token}`, `JUPYTERHUB_USER=${name}`],
        Labels: {
            "jupyterhub.instance": instance,
            "jupyterhub.person": name,
            "jupyterhub.server": server,
            "jupyterhub.profile": profile,
            "jupyterhub.incarnation": incarnation,
            "jupyterhub.launched": "true",
            ...(gpus.length === 0 ? {} : { "jupyterhub.gpus": gpus.join(",") }),
        },
        HostConfig: {
            Privileged: false,
            CapDrop: ["ALL"],
            NetworkMode: `${prefix}-people`,
            Binds: [`${prefix}-home-${homeSlug}:/home/jovyan:rw`],
            ...(gpus.length === 0 ? {} : { DeviceRequests: [request] }),
        },
    };
}

/** What reached Docker and should not have, in words. */
export function strays(stack: Stack, recorded: readonly Recorded[], others: boolean): string[] {
    return recorded
        .filter(one => !mayBeAsked(stack, one, others))
        .map(({ method, url, body }) => `${method} ${url} ${body.slice(0, 400)}`);
}

function mayBeAsked(stack: Stack, { method, url, body, labels }: Recorded, others: boolean): boolean {
    const path = decodeURIComponent(url);
    if (method === "GET") {
        return (
            body === "" &&
            (path === `/containers/${stack.prefix}-roster/json` ||
                (isPersons(stack, path.split("/")[2] ?? "") && /^\/containers\/[^/]+\/json$/.test(path)) ||
                /^\/containers\/[0-9a-f]{64}\/archive\?path=\/launcher\.json$/.test(path) ||
                [
                    `jupyterhub.instance=${stack.instance}","jupyterhub.launched=true`,
                    `jupyterhub.instance=${stack.instance}","jupyterhub.gpus`,
                    `jupyterhub.homes=${stack.instance}`,
                ]
                    .map(label => `/containers/json?all=1&filters={"label":["${label}"]}`)
                    .includes(path.replace(/(?<=[:,]) /g, "")))
        );
    }
    if (method === "POST" && path === "/volumes/create") {
        return isVolume(stack, JSON.parse(body), others);
    }
    if (method === "POST" && path.startsWith("/containers/create?name=")) {
        return isServer(stack, path.split("=")[1], JSON.parse(body), others);
    }
    return (
        body === "" &&
        labels?.["jupyterhub.instance"] === stack.instance &&
        labels["jupyterhub.launched"] === "true" &&
        (method === "POST"
            ? /^\/containers\/[0-9a-f]{64}\/(start|stop)$/.test(path)
            : method === "DELETE" && /^\/containers\/[0-9a-f]{64}\?force=1&v=1$/.test(path))
    );
}

const isPersons = ({ prefix }: Stack, container: string): boolean =>
    container.startsWith(`${prefix}-u-`) && /^[a-z0-9-]+$/.test(container.slice(`${prefix}-u-`.length));

function mayHaveOne(name: string, others: boolean): boolean {
    if (name === BLOCKED) {
        return false;
    }
    return (
        LISTED.includes(name) ||
        name === CLAIMED ||
        (others && name === normaliseName(name) && /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._@+ -]{0,254}$/u.test(name))
    );
}

function isVolume(stack: Stack, given: unknown, others: boolean): boolean {
    const name = (given as { Labels: Record<string, string> }).Labels["jupyterhub.person"];
    return (
        mayHaveOne(name, others) &&
        isDeepStrictEqual(given, {
            Name: `${stack.prefix}-home-${slug(name)}`,
            Labels: { "jupyterhub.instance": stack.instance, "jupyterhub.person": name },
        })
    );
}

/** Whether the person may choose that. */
function mayTake(name: string, key: string): boolean {
    if (name === CLAIMED) {
        return key === "default";
    }
    return Object.hasOwn(CHOICES, key) && (LISTED.includes(name) || FOR_OTHERS.includes(key));
}

const isNameOfServer = (server: string) => server === "" || /^(?=.{1,30}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(server);

/** Different ones of the pool, as many as the choice takes. */
function areGpus(given: readonly string[], wanted: number): boolean {
    return given.length === wanted && new Set(given).size === wanted && given.every(gpu => POOL.includes(gpu));
}

function isServer(stack: Stack, container: string, given: unknown, others: boolean): boolean {
    const { Labels, Env, User, HostConfig } = given as {
        Labels: Record<string, string>;
        Env: string[];
        User: string;
        HostConfig: { DeviceRequests?: { DeviceIDs: string[] }[] };
    };
    const {
        "jupyterhub.person": name,
        "jupyterhub.server": server,
        "jupyterhub.profile": profile,
        "jupyterhub.gpus": gpus,
    } = Labels;
    if (!mayHaveOne(name, others) || !mayTake(name, profile) || !isNameOfServer(server)) {
        return false;
    }
    const [, token = ""] = /^JUPYTERHUB_API_TOKEN=([0-9a-f]{48})$/.exec(Env[0]) ?? [];
    const devices = HostConfig.DeviceRequests?.flatMap(({ DeviceIDs }) => DeviceIDs) ?? [];
    const own = slug(server === "" ? name : `${name}/${server}`);
    const expected = createBody(stack, {
        image: CHOICES[profile].image,
        name,
        server,
        profile,
        slug: own,
        homeSlug: slug(name),
        token,
        incarnation: [...LISTED, CLAIMED].includes(name) ? INCARNATION.listed : INCARNATION.others,
        user: userOf(name, User),
        gpus: gpus?.split(",") ?? [],
    });
    return (
        token !== "" &&
        container === `${stack.prefix}-u-${own}` &&
        areGpus(devices, CHOICES[profile].gpus) &&
        isDeepStrictEqual(given, expected)
    );
}

/** Whom the server may run as. */
function userOf(name: string, given: string): string {
    const [uid, gid] = given.split(":").map(Number);
    const inRange = (id: number) => id >= RANGE[0] && id <= RANGE[1];
    return name === CLAIMED && inRange(uid) && (inRange(gid) || gid === 100) ? `${uid}:${gid}` : "1000:100";
}
