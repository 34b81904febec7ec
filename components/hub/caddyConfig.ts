/** Caddy's configuration in its JSON form. */
import type { HttpsSettings } from "../config/https/settings";
import type { StackNames } from "../docker/names";
import { CADDY_OWN_PORT, CADDY_PORT, PROXY_PORT, REDIRECT_PORT } from "../docker/ports";
import { baseUrlOf } from "../config/publicUrl";
import type { Settings } from "../config/settings";
import { isLoopback } from "../config/values";

export type FrontSettings = Exclude<HttpsSettings, { mode: "none" }>;
type TlsSettings = Exclude<FrontSettings, { mode: "external" }>;

/** A piece of Caddy's configuration; Caddy checks it when it starts. */
type Json = Record<string, unknown>;

/** Paths in images/caddy: of the certificate and key, and of ACME_CA. */
const PAIR_FOLDER = "/data/tls";
const ACME_CA_FILE = "/tmp/acme-ca.pem";

/** JupyterHub and servers prefer these headers to those of Caddy, so nobody else may set them. */
const SPOOFABLE = ["Forwarded", "X-Scheme", "X-Scheme-Proto", "X-Real-Ip", "X-Forwarded-Port", "X-Forwarded-Ssl"];

export interface CaddyArgs {
    names: Pick<StackNames, "proxy">;
    settings: Pick<Settings, "deployment" | "url" | "listen"> & { https: FrontSettings };
}

export function caddyConfig({ names, settings }: CaddyArgs): Json {
    const { https, url } = settings;
    const servers =
        https.mode === "external"
            ? { people: externalServer(names, settings, https.trustedProxies) }
            : {
                  people: tlsServer(names, url, https),
                  ...(https.redirectFrom === undefined
                      ? {}
                      : { plain: plainServer([`:${REDIRECT_PORT}`], [redirect(url)]) }),
              };
    return {
        // Nothing changes while it runs: certificates are fetched, not loaded.
        admin: { disabled: true, config: { persist: false } },
        apps: {
            http: {
                http_port: REDIRECT_PORT,
                https_port: CADDY_PORT,
                grace_period: "5s",
                servers: { ...servers, own: ownServer(https) },
            },
            ...(https.mode === "external" ? {} : tlsApps(settings.deployment, new URL(url).hostname, https)),
        },
    };
}

/**
 * Every cookie gets `Secure`, including those that neither the hub nor a server marks (_xsrf), and those of other
 * software that people run.
 */
const SECURE_COOKIES = [
    { search_regexp: "(?i);\\s*secure\\s*(;|$)", replace: "$1" },
    { search_regexp: "$", replace: "; Secure" },
];

/** No time-outs: uploads and downloads take as long as they take. */
function plainServer(listen: string[], routes: Json[]): Json {
    return { listen, protocols: ["h1"], automatic_https: { disable: true }, routes };
}

function tlsServer(names: CaddyArgs["names"], url: string, https: TlsSettings): Json {
    const { hostname } = new URL(url);
    const hsts: Record<string, string[]> =
        https.hsts === 0 ? {} : { "Strict-Transport-Security": [`max-age=${https.hsts}`] };
    return {
        ...plainServer(
            [`:${CADDY_PORT}`],
            [
                responseHeaders(hsts),
                {
                    handle: [
                        toProxy(names, { "X-Forwarded-Proto": "https", "X-Forwarded-Host": "{http.request.host}" }),
                    ],
                },
            ],
        ),
        protocols: ["h1", "h2"],
        // A client that connects by IP address sends no host name.
        tls_connection_policies: [{ protocol_min: "tls1.2", default_sni: hostname }],
        errors: away(),
    };
}

/**
 * Plain HTTP for the proxy in front. Everybody else is redirected to that proxy, so that no password is typed into an
 * unencrypted page.
 */
function externalServer(
    names: CaddyArgs["names"],
    { url, listen }: CaddyArgs["settings"],
    trustedProxies: string[],
): Json {
    const { host } = new URL(url);
    const forwarded = { Host: host, "X-Forwarded-Proto": "https", "X-Forwarded-Host": host };
    // Only this machine can reach a loopback address, and with Docker such a request comes from the network's own
    // address.
    const trusted = isLoopback(listen.ip) ? ["0.0.0.0/0"] : trustedProxies;
    const base = baseUrlOf(url);
    const open = [`${base}hub/health`, `${base}hub/api`, `${base}hub/api/*`];
    const strangers = { match: [{ not: [{ remote_ip: { ranges: trusted } }, { path: open }] }], ...redirect(url) };
    return {
        ...plainServer(
            [`:${CADDY_PORT}`],
            [
                ...(isLoopback(listen.ip) ? [] : [strangers]),
                responseHeaders(),
                { handle: [toProxy(names, forwarded, trusted)] },
            ],
        ),
        errors: away(),
    };
}

function responseHeaders(set: Record<string, string[]> = {}): Json {
    return {
        handle: [{ handler: "headers", response: { set, replace: { "Set-Cookie": SECURE_COOKIES }, deferred: true } }],
    };
}

function toProxy(names: CaddyArgs["names"], set: Record<string, string>, trusted: string[] = []): Json {
    return {
        handler: "reverse_proxy",
        upstreams: [{ dial: `${names.proxy}:${PROXY_PORT}` }],
        // Pass on each byte at once, in both directions.
        flush_interval: -1,
        transport: {
            protocol: "http",
            compression: false,
            dial_timeout: "5s",
            // The proxy closes idle connections after 5 s. A request sent at that moment would fail.
            keep_alive: { idle_timeout: "2s" },
        },
        load_balancing: { try_duration: "5s", try_interval: "250ms" },
        headers: {
            request: {
                set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, [value]])),
                delete: SPOOFABLE,
            },
        },
        ...(trusted.length === 0 ? {} : { trusted_proxies: trusted }),
    };
}

/** 308: a form is sent again, to the same path by HTTPS. The host is the configured one, not the request's. */
function redirect(url: string): Json {
    return {
        handle: [
            {
                handler: "static_response",
                status_code: 308,
                headers: { Location: [`${new URL(url).origin}{http.request.uri}`] },
            },
        ],
    };
}

/** What is said while the proxy is away: a page to people, JSON to programs, as images/proxy does. */
function away(): Json {
    const said = "The proxy does not answer at the moment. Open notebooks keep running.";
    const page =
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" ' +
        'content="3"><title>JupyterHub: one moment</title>' +
        '<body style="font: 1.25rem/1.5 system-ui; text-align: center; margin-top: 20vh"><h1>One ' +
        `moment</h1><p>${said} This page tries again by itself.</p>`;
    const answer = (type: string, body: string) => [
        {
            handler: "static_response",
            status_code: 503,
            headers: { "Content-Type": [type], "Retry-After": ["3"] },
            body,
        },
    ];
    return {
        routes: [
            { match: [{ header: { Accept: ["*text/html*"] } }], handle: answer("text/html; charset=utf-8", page) },
            { handle: answer("application/json", JSON.stringify({ status: 503, away: "proxy", message: said })) },
        ],
    };
}

/** For Caddy's own health check. */
function ownServer(https: FrontSettings): Json {
    const pair = { match: [{ path: ["/pair.pem"] }], handle: [{ handler: "file_server", root: PAIR_FOLDER }] };
    return plainServer(
        [`127.0.0.1:${CADDY_OWN_PORT}`],
        [...(https.mode === "files" ? [pair] : []), { handle: [{ handler: "static_response", status_code: 200 }] }],
    );
}

function tlsApps(deployment: string, host: string, https: TlsSettings): Json {
    if (https.mode === "files") {
        // Read at each new connection, so a new certificate needs no reload. A reload ends every open websocket.
        const source = { via: "http", url: `http://127.0.0.1:${CADDY_OWN_PORT}/pair.pem` };
        return { tls: { automation: { policies: [{ get_certificate: [source] }] } } };
    }
    const automated = (issuer: Json) => ({
        certificates: { automate: [host] },
        // Checked often, which costs nothing: certificates of a private authority may live for minutes.
        automation: { policies: [{ subjects: [host], issuers: [issuer] }], renew_interval: "10s" },
    });
    if (https.mode === "internal") {
        const name = `JupyterHub ${deployment}`;
        return {
            pki: {
                certificate_authorities: {
                    local: {
                        name,
                        root_common_name: `${name} authority`,
                        intermediate_common_name: `${name} intermediate`,
                        install_trust: false,
                    },
                },
            },
            tls: automated({ module: "internal", ca: "local" }),
        };
    }
    return {
        tls: automated({
            module: "acme",
            ca: https.directory,
            ...(https.email === undefined ? {} : { email: https.email }),
            ...(https.ca === undefined ? {} : { trusted_roots_pem_files: [ACME_CA_FILE] }),
            // Challenges come through the port for plain HTTP if there is one, else through HTTPS.
            challenges: {
                http: { disabled: https.redirectFrom === undefined, alternate_port: REDIRECT_PORT },
                "tls-alpn": { alternate_port: CADDY_PORT },
            },
        }),
    };
}
