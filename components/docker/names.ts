/**
 * Names of Docker objects. The same stack and person must keep the same names for ever: a home is found again by its
 * volume's name.
 *
 * A name has at most 63 bytes, so it also works as a host name. It has a dash, so Docker cannot take it for the
 * beginning of an id, which is hexadecimal.
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
 * A person's part of object names: the name itself if it is short and plain, otherwise a readable beginning and a hash.
 * A plain name has no dash, so the two forms never collide.
 */
export function slug(name: string): string {
    if (/^[a-z0-9]{1,30}$/.test(name)) {
        return name;
    }
    // 80 bits: nobody can search for a name with the same hash to get another person's home.
    const hash = base32(createHash("sha256").update(name, "utf8").digest()).slice(0, 16);
    return `${dashed(name, 12) || "x"}--${hash}`;
}

/** `ada` for a person's default server, `ada/work` for a further one. No name has a slash. */
export function serverOf(name: string, server: string): string {
    return server === "" ? name : `${name}/${server}`;
}

/** Whose server it is. @param server as `serverOf` writes it */
export function ownerOf(server: string): string {
    return server.split("/")[0];
}

/** Person → all that there is of their servers. @param servers by what `serverOf` writes */
export function byPerson<One>(servers: ReadonlyMap<string, One>): ReadonlyMap<string, readonly One[]> {
    const found = new Map<string, One[]>();
    for (const [server, one] of servers) {
        const person = ownerOf(server);
        found.set(person, [...(found.get(person) ?? []), one]);
    }
    return found;
}

/** Names of everything a stack has in Docker. */
export interface StackNames {
    /** Prefix of all names. No other stack has it. */
    prefix: string;
    /** The stack's instance id, also a label on all of them. */
    instance: string;
    hub: string;
    proxy: string;
    gate: string;
    /** The guard, which isolates people from each other. */
    guard: string;
    roster: string;
    /** What makes people's servers where they are made when they start, and starts declared ones on a Swarm. */
    launcher: string;
    /** Volume of the launcher's socket, which the gate mounts too. */
    launcherVolume: string;
    /** Caddy, where HTTPS ends here or in a proxy in front. */
    https: string;
    /** Caddy's volume: certificates, keys, its internal authority. */
    httpsData: string;
    /** Network that Caddy and the proxy share. */
    frontNetwork: string;
    /** Volume of the hub's database. */
    hubData: string;
    /** Volume of the place's certificate authorities, for people's servers. */
    authorities: string;
    /** Network of the hub, the proxy and the people. */
    peopleNetwork: string;
    /** That network's bridge, an interface of the Docker host: at most 15 characters. */
    peopleBridge: string;
    /** Network of hub and proxy, and their way out, where people's is a Swarm's. */
    partsNetwork: string;
    /** On each node of a Swarm: volume in memory by which servers see that its guard is ready. */
    guarded: string;
    /** Volume with all homes, or the beginning of its name, where nodes of a Swarm have them from a file server. */
    sharedHomes: string;
    /** Internal network that only hub and gate share. */
    gateNetwork: string;
    /** Prefix of people's containers. */
    personPrefix: string;
    /** Prefix of people's home volumes. */
    homePrefix: string;
    /** Prefix of shared volumes. */
    sharedPrefix: string;
    /** Prefix of volumes of `mounts` that people have alone. */
    ownPrefix: string;
    /** The container of a server. @param server as `serverOf` writes it: a person's name means their default server */
    person(server: string): string;
    /**
     * A person's home volume.
     * @param fresh the id of an empty one that replaces an earlier home (`newHome`)
     */
    home(name: string, fresh?: boolean): string;
    /** Docker's name of a volume of `mounts`. */
    sharedVolume(name: string): string;
    /**
     * Docker's name of a volume of `mounts` that a person has alone.
     * @param owner the name that their home is under
     * @param fresh as in `home`
     */
    ownVolume(name: string, owner: string, fresh?: boolean): string;
}

/**
 * @param stack the name that the stack was first deployed under, for people who read `docker ps`
 * @param instance the stack's instance id (credentials.ts), which makes the names unique
 */
export function stackNames(stack: string, instance: string): StackNames {
    // The name has no dashes, so no stack's name can look like another stack's prefix. The part before the first dash
    // is the name, the part after it is the instance id.
    const plain = stack.toLowerCase().replace(/[^a-z0-9]/g, "");
    const prefix = `${plain.slice(0, 16) || "x"}-${instance}`;
    const personPrefix = `${prefix}-u-`;
    const homePrefix = `${prefix}-home-`;
    const sharedPrefix = `${prefix}-shared-`;
    const ownPrefix = `${prefix}-own-`;
    return {
        prefix,
        instance,
        hub: `${prefix}-hub`,
        proxy: `${prefix}-proxy`,
        gate: `${prefix}-gate`,
        guard: `${prefix}-guard`,
        roster: `${prefix}-roster`,
        launcher: `${prefix}-launcher`,
        launcherVolume: `${prefix}-launcher`,
        https: `${prefix}-https`,
        httpsData: `${prefix}-https-data`,
        frontNetwork: `${prefix}-front`,
        hubData: `${prefix}-hub-data`,
        authorities: `${prefix}-authorities`,
        peopleNetwork: `${prefix}-people`,
        peopleBridge: `jh-${instance}`,
        partsNetwork: `${prefix}-parts`,
        guarded: `${prefix}-guarded`,
        sharedHomes: `${prefix}-homes`,
        gateNetwork: `${prefix}-gate`,
        personPrefix,
        homePrefix,
        sharedPrefix,
        ownPrefix,
        person: server => personPrefix + slug(server),
        // A slug has no dash, or two and a hash at the end. So no slug ends like this.
        home: (name, fresh = false) => homePrefix + slug(name) + (fresh ? "-2" : ""),
        sharedVolume: name => sharedPrefix + name,
        // A slug has no dot, so the last one is that before the person.
        ownVolume: (name, owner, fresh = false) => `${ownPrefix}${name}.${slug(owner)}${fresh ? "-2" : ""}`,
    };
}

/** The part of an object's name that comes of the stack's: that name itself, where it is short and plain. */
export function slugOfStack(object: string): string {
    return object.split("-")[0];
}

/** DockerSpawner's escaping of a name: a byte other than a-z and 0-9 becomes `-` and two hex digits. */
export function dockerSpawnerEscape(name: string): string {
    return [...Buffer.from(name, "utf8")]
        .map(byte => {
            const character = String.fromCharCode(byte);
            return /[a-z0-9]/.test(character) ? character : `-${byte.toString(16).padStart(2, "0")}`;
        })
        .join("");
}
