/**
 * Parts from Pulumi's own releases, checked against the checksums that are published with them.
 * A release lies in two places. Each archive is checked by the list of its own place: the same
 * archive has been seen packed in different ways.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import * as path from "node:path";
import * as tls from "node:tls";
import { runStep } from "./children";
import { EngineError } from "./error";
import { Part } from "./parts";

export interface Source {
    archive: string;
    checksums: string;
}

/** In the order in which they are tried. */
export function sourcesOf(part: Part, platform = process.platform as string, arch = process.arch as string): Source[] {
    const { name, version } = part;
    const repository = name === "pulumi" ? "pulumi" : `pulumi-${name}`;
    const [folder, archive, checksums] =
        name === "pulumi"
            ? ["sdk", `pulumi-v${version}-${platform}-${arch}.tar.gz`, `pulumi-${version}-checksums.txt`]
            : [
                  "plugins",
                  `pulumi-resource-${name}-v${version}-${platform}-${arch === "x64" ? "amd64" : arch}.tar.gz`,
                  `pulumi-${name}_${version}_checksums.txt`,
              ];
    return [
        `https://github.com/pulumi/${repository}/releases/download/v${version}`,
        `https://get.pulumi.com/releases/${folder}`,
    ].map(place => ({ archive: `${place}/${archive}`, checksums: `${place}/${checksums}` }));
}

export interface Download {
    part: Part;
    sources: Source[];
    into: string;
    scratch: string;
    log: string;
    env: NodeJS.ProcessEnv;
    /** Milliseconds that a place may take to begin its answer. */
    patience?: number;
    progress: (line: string) => void;
}

/** Fills the folder and says from where, or says why it could not. */
export async function downloadPart(download: Download): Promise<{ from: string } | { problem: string }> {
    const { part, into, scratch, patience = 4000, env } = download;
    const problems: string[] = [];

    // All places are asked at once, so that a network without an answer costs one time-out.
    const lists = await Promise.all(
        download.sources.map(source =>
            fetchText(source.checksums, patience, env).catch((error: Error) => {
                problems.push(`${new URL(source.checksums).host}: ${error.message}`);
                return undefined;
            }),
        ),
    );
    for (const [index, source] of download.sources.entries()) {
        const list = lists[index];
        if (list === undefined) continue;
        const host = new URL(source.archive).host;
        const name = path.basename(source.archive);
        try {
            const wanted = checksumOf(list, name);
            if (!wanted) throw new Error(`publishes no checksum for ${name}`);
            download.progress(`Downloading ${part.title} ${part.version} from ${host}`);
            const file = path.join(scratch, name);
            const found = await fetchFile(source.archive, { file, algorithm: wanted.algorithm }, patience, env);
            if (found !== wanted.sum) {
                throw new Error(
                    `${name} is not what its published checksum says (${found} instead of ${wanted.sum}); not used`,
                );
            }
            await unpack(file, download);
            const missing = part.programs.filter(program => !fs.existsSync(path.join(into, program)));
            if (missing.length) throw new Error(`${name} does not hold ${missing.join(" and ")}`);
            return { from: source.archive };
        } catch (error) {
            const message = error instanceof EngineError ? error.message.split("\n")[0] : (error as Error).message;
            problems.push(`${host}: ${message}`);
            // Shown even if the next place has a good one.
            if (message.includes("checksum")) download.progress(`Refused: ${host}: ${message}`);
            fs.rmSync(into, { recursive: true, force: true });
            fs.mkdirSync(into);
        }
    }
    return { problem: [...new Set(problems)].join("; ") };
}

/** The CLI's archive has one folder around its programs, a plugin's has none. */
function unpack(file: string, { part, into, scratch, log, env }: Download): Promise<void> {
    const strip = part.name === "pulumi" ? ["--strip-components=1"] : [];
    const args = ["-xzf", file, "-C", into, ...strip];
    return runStep({ doing: `Unpacking ${path.basename(file)}`, command: "tar", args, cwd: scratch, env, log });
}

/** Of a list as sha256sum and shasum write it; the length of a sum tells how it was made. */
export function checksumOf(list: string, name: string): { algorithm: string; sum: string } | undefined {
    for (const line of list.split("\n")) {
        const [, sum, file] = /^([0-9a-fA-F]+)\s+\*?(?:\.\/)?(\S+)\s*$/.exec(line) ?? [];
        const algorithm = sum && { 40: "sha1", 64: "sha256", 128: "sha512" }[sum.length];
        if (file === name && algorithm) return { algorithm, sum: sum.toLowerCase() };
    }
    return undefined;
}

async function fetchText(url: string, patience: number, env: NodeJS.ProcessEnv): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of await request(url, patience, env)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
}

async function fetchFile(
    url: string,
    { file, algorithm }: { file: string; algorithm: string },
    patience: number,
    env: NodeJS.ProcessEnv,
): Promise<string> {
    const hash = createHash(algorithm);
    const out = fs.openSync(file, "w");
    try {
        for await (const chunk of await request(url, patience, env)) {
            hash.update(chunk as Buffer);
            fs.writeSync(out, chunk as Buffer);
        }
    } finally {
        fs.closeSync(out);
    }
    return hash.digest("hex");
}

/** A GET that follows redirects and goes through the proxy that the environment names. */
async function request(
    url: string,
    patience: number,
    env: NodeJS.ProcessEnv,
    redirects = 5,
): Promise<http.IncomingMessage> {
    const target = new URL(url);
    const deadline = Date.now() + patience;
    const socket = await throughProxy(target, patience, env);
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
        const options = {
            headers: { "user-agent": "jupyterhub-docker-pulumi" },
            ...(socket ? { agent: false, createConnection: () => socket } : {}),
        };
        const sent =
            target.protocol === "https:"
                ? https.get(target, { ...options, ca: authorities(env) }, resolve)
                : http.get(target, options, resolve);
        const timer = setTimeout(() => sent.destroy(new Error("no answer")), deadline - Date.now());
        sent.on("response", (answer: http.IncomingMessage) => {
            clearTimeout(timer);
            // From here on it may be slow, but must not stall.
            answer.setTimeout(30_000, () => answer.destroy(new Error("the download stood still")));
        });
        sent.on("error", (error: NodeJS.ErrnoException) => {
            clearTimeout(timer);
            reject(
                new Error(error.code === "ENOTFOUND" || error.code === "EAI_AGAIN" ? "not to be found" : error.message),
            );
        });
    });
    if ([301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && response.headers.location && redirects > 0) {
        response.resume();
        return request(new URL(response.headers.location, target).href, patience, env, redirects - 1);
    }
    if (response.statusCode !== 200) {
        response.resume();
        throw new Error(`answers ${response.statusCode}`);
    }
    return response;
}

/** Node trusts only its own list. A company's authority is in SSL_CERT_FILE, where other tools look for it. */
function authorities(env: NodeJS.ProcessEnv): string[] | undefined {
    try {
        return env.SSL_CERT_FILE ? [...tls.rootCertificates, fs.readFileSync(env.SSL_CERT_FILE, "utf8")] : undefined;
    } catch {
        return undefined;
    }
}

function throughProxy(target: URL, patience: number, env: NodeJS.ProcessEnv): Promise<tls.TLSSocket | undefined> {
    const proxy = target.protocol === "https:" && (env.HTTPS_PROXY ?? env.https_proxy);
    const spared = (env.NO_PROXY ?? env.no_proxy ?? "").split(",").map(host => host.trim().replace(/^\./, ""));
    const isSpared = spared.some(host => host && (host === "*" || `.${target.hostname}`.endsWith(`.${host}`)));
    if (!proxy || isSpared) return Promise.resolve(undefined);

    const { hostname, port, username, password } = new URL(proxy.includes("://") ? proxy : `http://${proxy}`);
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString(
        "base64",
    );
    const authority = `${target.hostname}:${target.port || 443}`;
    return new Promise((resolve, reject) => {
        const connect = http.request({
            host: hostname,
            port: port || 80,
            method: "CONNECT",
            path: authority,
            headers: { host: authority, ...(username ? { "proxy-authorization": `Basic ${credentials}` } : {}) },
            timeout: patience,
        });
        connect.on("timeout", () => connect.destroy(new Error("no answer from the proxy")));
        connect.on("error", reject);
        connect.on("connect", (answer, socket) => {
            if (answer.statusCode !== 200) {
                socket.destroy();
                reject(new Error(`the proxy answers ${answer.statusCode}`));
            } else {
                resolve(tls.connect({ socket, servername: target.hostname, ca: authorities(env) }));
            }
        });
        connect.end();
    });
}
