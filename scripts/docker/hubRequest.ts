/** A request to a deployed hub at the address that it listens on. This machine may not reach it by its public name. */
import { X509Certificate } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";
import * as tls from "node:tls";
import { certificatesOf, reachable, type Settings } from "../../components/config";

export interface Answer {
    status: number;
    body: string;
}

type Hub = Pick<Settings, "https" | "listen" | "url">;

export interface AskOptions {
    headers?: Record<string, string>;
    /** How long to wait. @default 10 */
    seconds?: number;
    /**
     * For requests that carry a secret: accept only the hub's own certificate, or one of a known authority or of this
     * one (PEM).
     */
    verify?: { ca?: string };
}

/**
 * @param path below the hub's own path, such as `hub/health`
 * @throws Error when nothing answers in time, or the certificate is not the hub's
 */
export async function askHub(
    hub: Hub,
    path: string,
    { headers = {}, seconds = 10, verify }: AskOptions = {},
): Promise<Answer> {
    const url = new URL(path, hub.url);
    const socket = await connect(hub, url, seconds, verify);
    return new Promise((resolve, reject) => {
        const options = {
            path: url.pathname + url.search,
            headers: { Host: url.host, Connection: "close", ...headers },
            createConnection: () => socket,
        };
        const request = http.get(options, answer => {
            const chunks: Buffer[] = [];
            answer.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
            answer.on("end", () =>
                resolve({ status: answer.statusCode as number, body: Buffer.concat(chunks).toString("utf8") }),
            );
        });
        // Not the `timeout` option, which has no effect on a socket that the caller made.
        request
            .on("error", reject)
            .setTimeout(seconds * 1000, () => request.destroy(new Error(`no answer within ${seconds} s`)));
    });
}

function connect(
    { https, listen }: Hub,
    { hostname }: URL,
    seconds: number,
    verify: AskOptions["verify"],
): Promise<net.Socket> {
    const to = { host: reachable(listen.ip), port: listen.port };
    return new Promise((resolve, reject) => {
        const ready = (socket: net.Socket) => () => resolve(socket.setTimeout(0));
        const watch = (socket: net.Socket) =>
            socket
                .on("error", reject)
                .setTimeout(seconds * 1000, () => socket.destroy(new Error(`no answer within ${seconds} s`)));
        if (https.mode === "none" || https.mode === "external") {
            const socket = net.connect(to);
            watch(socket).once("connect", ready(socket));
            return;
        }
        const socket = tls.connect({
            ...to,
            ...(net.isIP(hostname) ? {} : { servername: hostname }),
            ca: [...tls.rootCertificates, ...(verify?.ca === undefined ? [] : [verify.ca])],
            // Checked below: a self-signed certificate is accepted if it is the hub's.
            rejectUnauthorized: false,
            checkServerIdentity: (_, certificate) => tls.checkServerIdentity(hostname, certificate),
        });
        watch(socket).once("secureConnect", () => {
            const known =
                verify === undefined ||
                socket.authorized ||
                (https.mode === "files" && isOwn(https.certificate, socket.getPeerX509Certificate()));
            if (known) {
                ready(socket)();
            } else {
                socket.destroy(new Error(`the certificate is not the hub's: ${String(socket.authorizationError)}`));
            }
        });
    });
}

function isOwn(pem: string, presented: X509Certificate | undefined): boolean {
    const own = certificatesOf(pem)?.[0];
    return own !== undefined && own.fingerprint256 === presented?.fingerprint256;
}
