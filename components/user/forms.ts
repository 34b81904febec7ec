/**
 * The forms of a name, and what else differs between people whose servers are the same otherwise. A declared server is
 * rendered with a person's own; a template with placeholders that the launcher fills in when it makes a server.
 */
import { createHash } from "node:crypto";
import { fillFormat } from "../config/users/homeFormat";
import type { HomesSettings } from "../config/homes";
import type { Person } from "../config/users/people";
import { dockerSpawnerEscape, serverOf, slug } from "../docker/names";

/** One name, and one of its servers, as the parts of a server have them. */
export interface NameForms {
    name: string;
    /** Host name of the server, and the end of the container's name. */
    slug: string;
    /** The person in a path of a URL. */
    escaped: string;
    /** OAuth client id of the server. */
    clientId: string;
    /** The person inside a string of JSON as Python writes it. */
    jsonName: string;
    /** Name of the server: empty for the default one, otherwise small letters, digits and dashes. */
    server: string;
    /** The server below the person in a path of a URL: nothing, or `work/`. */
    serverPath: string;
}

/** Account of a system person. */
export interface AccountForms {
    uid: string;
    gid: string;
    /** The home on the Docker host. */
    hostHome: string;
    /** The home in the server. */
    home: string;
}

export interface Forms extends NameForms {
    /** The end of the home volume's name. */
    home: string;
    account?: AccountForms;
    /** Line of the primary group in /etc/group, with its line break, where it is not known yet whether it needs one. */
    primaryGroup?: string;
}

/** Percent-encodes like Python's `quote`: everything but letters, digits, `_.-~` and the characters of `safe`. */
function quote(text: string, safe = ""): string {
    return encodeURIComponent(text)
        .replace(/[!'()*]/g, percent)
        .replace(/%40/g, safe.includes("@") ? "@" : "%40");
}

function percent(character: string): string {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Size of JupyterHub's database column for OAuth client ids. */
const CLIENT_ID_LIMIT = 255;

/**
 * OAuth client id of a server. A server names its cookies by it, and Python takes no slash in a cookie's name; no name
 * has a tilde. It is a hash if the encoded name does not fit (images/hub: names.py).
 */
function clientId(name: string, server: string): string {
    const id = `jupyterhub-user-${quote(name)}${server === "" ? "" : `~${server}`}`;
    return id.length <= CLIENT_ID_LIMIT
        ? id
        : `jupyterhub-user-${createHash("sha256").update(serverOf(name, server), "utf8").digest("hex")}`;
}

/** A text inside the quotes of Python's json.dumps. */
function inPythonJson(text: string): string {
    return JSON.stringify(text)
        .slice(1, -1)
        .replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * @param name normalised
 * @param server name of a further server; by default it is the person's one
 */
export function nameForms(name: string, server = ""): NameForms {
    return {
        name,
        slug: slug(serverOf(name, server)),
        escaped: quote(name, "@"),
        clientId: clientId(name, server),
        jsonName: inPythonJson(name),
        server,
        serverPath: server === "" ? "" : `${server}/`,
    };
}

/** A person's own. */
export function formsOf({ name, homeName, newHome, system }: Person): Forms {
    return {
        ...nameForms(name),
        home: slug(homeName) + (newHome ? "-2" : ""),
        ...(system === undefined
            ? {}
            : {
                  account: {
                      uid: String(system.uid),
                      gid: String(system.gid),
                      hostHome: system.hostHome,
                      home: system.home,
                  },
              }),
    };
}

/** What the launcher fills in. No text of a config holds the character around it. */
export function placeholder(name: string): string {
    return `\0${name}\0`;
}

/** Placeholders in the place of a person's own. @param homes where the homes of system people are */
export function placeholderForms(
    { kind }: Pick<Person, "kind">,
    { hostFormat, imageFormat }: Pick<HomesSettings, "hostFormat" | "imageFormat">,
): Forms {
    const uid = placeholder("uid");
    const fields = (username: string, escaped: string) => ({
        username: placeholder(username),
        escaped: placeholder(escaped),
        uid,
    });
    return {
        name: placeholder("name"),
        slug: placeholder("slug"),
        escaped: placeholder("escaped"),
        clientId: placeholder("client_id"),
        jsonName: placeholder("json_name"),
        server: placeholder("server"),
        serverPath: placeholder("server_path"),
        home: placeholder("home_slug") + placeholder("fresh"),
        ...(kind === "plain"
            ? {}
            : {
                  account: {
                      uid,
                      gid: placeholder("gid"),
                      hostHome: fillFormat(hostFormat, fields("home_name", "home_ds")),
                      home: fillFormat(imageFormat, fields("name", "ds_escaped")),
                  },
                  primaryGroup: placeholder("primary_group"),
              }),
    };
}

/** All forms of a name and of a further server, for the fixture that launcher and hub are tested with too. */
export function allForms(name: string, server = "work"): Record<string, string> {
    const { slug, escaped, clientId, jsonName } = nameForms(name);
    const named = nameForms(name, server);
    return {
        name,
        slug,
        escaped,
        client_id: clientId,
        json_name: jsonName,
        ds_escaped: dockerSpawnerEscape(name),
        server,
        named_slug: named.slug,
        named_client_id: named.clientId,
    };
}
