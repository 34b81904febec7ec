/**
 * Names of Docker objects. Pure: the same stack and the same person have the same names for ever, because
 * a home is found again by its volume's name.
 *
 * Every name fits in 63 bytes, so that it works as a host name; it holds a dash, so that Docker cannot take
 * it for the beginning of an id (ids are hexadecimal).
 */
import { createHash } from "node:crypto";
import { base32 as rfc4648 } from "rfc4648";

/** Lower-case RFC 4648 base32 without padding: all of it may stand in names of containers and hosts. */
export function base32(bytes: Uint8Array): string {
    return rfc4648.stringify(bytes, { pad: false }).toLowerCase();
}

function dashed(text: string, longest: number): string {
    return text
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+/, "")
        .slice(0, longest)
        .replace(/-+$/, "");
}

/**
 * A person's part of object names: the name itself where that is short and plain, otherwise a readable
 * beginning and a hash. Plain names hold no dash, so the two kinds never meet.
 */
export function slug(name: string): string {
    if (/^[a-z0-9]{1,30}$/.test(name)) {
        return name;
    }
    // 80 bits: nobody can look for a second name that meets another's, and so another's home.
    const hash = base32(createHash("sha256").update(name, "utf8").digest()).slice(0, 16);
    return `${dashed(name, 12) || "x"}--${hash}`;
}

/** Names of everything a stack has in Docker. */
export interface StackNames {
    /** What all of them begin with; no other stack's names do. */
    prefix: string;
    /** The stack's instance id, which is a label on all of them. */
    instance: string;
    hub: string;
    proxy: string;
    gate: string;
    /** What keeps people apart. */
    guard: string;
    roster: string;
    /** Caddy, where HTTPS ends here or in a proxy in front. */
    https: string;
    /** Volume of Caddy's: certificates, keys, its own authority. */
    httpsData: string;
    /** Network that Caddy and the proxy share. */
    frontNetwork: string;
    /** Volume of the hub's database. */
    hubData: string;
    /** Network of the hub, the proxy and the people. */
    peopleNetwork: string;
    /** That network's bridge, an interface of the Docker host: at most 15 characters. */
    peopleBridge: string;
    /** Internal network that only hub and gate share. */
    gateNetwork: string;
    /** What the names of people's containers begin with. */
    personPrefix: string;
    /** What the names of people's home volumes begin with. */
    homePrefix: string;
    /** What the names of volumes begin with that people share. */
    sharedPrefix: string;
    person(name: string): string;
    /**
     * A person's home volume.
     * @param fresh the one that begins empty where there was one already (`newHome`)
     */
    home(name: string, fresh?: boolean): string;
    /** Docker's name of a volume of `mounts`. */
    sharedVolume(name: string): string;
}

/**
 * @param stack the stack's name, for people who read `docker ps`
 * @param instance the stack's instance id (credentials.ts), which makes the names its own
 */
export function stackNames(stack: string, instance: string): StackNames {
    // Without dashes, so that no stack's name can look like another's prefix: what stands before the first dash is the
    // name, what stands after it the instance id.
    const prefix = `${
        stack
            .toLowerCase()
            .replace(/[^a-z0-9]/g, "")
            .slice(0, 16) || "x"
    }-${instance}`;
    const personPrefix = `${prefix}-u-`;
    const homePrefix = `${prefix}-home-`;
    const sharedPrefix = `${prefix}-shared-`;
    return {
        prefix,
        instance,
        hub: `${prefix}-hub`,
        proxy: `${prefix}-proxy`,
        gate: `${prefix}-gate`,
        guard: `${prefix}-guard`,
        roster: `${prefix}-roster`,
        https: `${prefix}-https`,
        httpsData: `${prefix}-https-data`,
        frontNetwork: `${prefix}-front`,
        hubData: `${prefix}-hub-data`,
        peopleNetwork: `${prefix}-people`,
        peopleBridge: `jh-${instance}`,
        gateNetwork: `${prefix}-gate`,
        personPrefix,
        homePrefix,
        sharedPrefix,
        person: name => personPrefix + slug(name),
        // A slug has no dash, or two and a hash at its end: nobody else's ends like this.
        home: (name, fresh = false) => homePrefix + slug(name) + (fresh ? "-2" : ""),
        sharedVolume: name => sharedPrefix + name,
    };
}

/** DockerSpawner's escaping of a name: bytes other than a-z and 0-9 become `-` and two hex digits. */
export function dockerSpawnerEscape(name: string): string {
    return [...Buffer.from(name, "utf8")]
        .map(byte => {
            const character = String.fromCharCode(byte);
            return /[a-z0-9]/.test(character) ? character : `-${byte.toString(16).padStart(2, "0")}`;
        })
        .join("");
}
