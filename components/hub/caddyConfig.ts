/** Caddy's configuration, in its own JSON form. Pure. */
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

/** In images/caddy: where the pair is put, and where ACME_CA is. */
const PAIR_FOLDER = "/data/tls";
const ACME_CA_FILE = "/tmp/acme-ca.pem";

/** JupyterHub and servers read these before what Caddy sets, so nobody else may. */
const SPOOFABLE = ["Forwarded", "X-Scheme", "X-Scheme-Proto", "X-Real-Ip", "X-Forwarded-Port", "X-Forwarded-Ssl"];

export interface CaddyArgs {
    names: Pick<StackNames, "proxy">;
    settings: Pick<Settings, "stack" | "url" | "listen"> & { https: FrontSettings };
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
        // Nothing is changed while it runs: new certificates are fetched, not loaded.
        admin: { disabled: true, config: { persist: false } },
        apps: {
            http: {
                http_port: REDIRECT_PORT,
                https_port: CADDY_PORT,
                grace_period: "5s",
                servers: { ...servers, own: ownServer(https) },
            },
            ...(https.mode === "external" ? {} : tlsApps(settings.stack, new URL(url).hostname, https)),
        },
    };
}

/**
 * Every cookie is for HTTPS only: also those that neither the hub nor a server thinks of (_xsrf), and those of whatever
 * else people run.
 */
const SECURE_COOKIES = [
    { search_regexp: "(?i);\\s*secure\\s*(;|$)", replace: "$1" },
    { search_regexp: "$", replace: "; Secure" },
];

/** No time-outs: uploads and downloads last as long as they last. */
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
        // Whoever comes by an address names no host.
        tls_connection_policies: [{ protocol_min: "tls1.2", default_sni: hostname }],
        errors: away(),
    };
}

/** Plain HTTP for the proxy in front. Everybody else is led to it, so that no password is typed into an open page. */
function externalServer(
    names: CaddyArgs["names"],
    { url, listen }: CaddyArgs["settings"],
    trustedProxies: string[],
): Json {
    const { host } = new URL(url);
    const forwarded = { Host: host, "X-Forwarded-Proto": "https", "X-Forwarded-Host": host };
    // Only this machine reaches a loopback address, and Docker shows it by the network's own.
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
        // Each byte at once, both ways.
        flush_interval: -1,
        transport: {
            protocol: "http",
            compression: false,
            dial_timeout: "5s",
            // The proxy gives up an idle connection after 5 s: one that is used at that moment would fail.
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

/** 308: a form that was sent is sent again, to the same place by HTTPS. The host is ours, not what the request says. */
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

/** While the proxy is being replaced. */
function away(): Json {
    const body =
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" ' +
        'content="3"><title>JupyterHub: one moment</title>' +
        '<body style="font: 1.25rem/1.5 system-ui; text-align: center; margin-top: 20vh"><h1>One ' +
        "moment</h1><p>The hub is being replaced; this page tries again by itself.</p>";
    return {
        routes: [
            {
                handle: [
                    {
                        handler: "static_response",
                        status_code: 503,
                        headers: { "Content-Type": ["text/html; charset=utf-8"], "Retry-After": ["3"] },
                        body,
                    },
                ],
            },
        ],
    };
}

/** For Caddy itself and its health check. */
function ownServer(https: FrontSettings): Json {
    const pair = { match: [{ path: ["/pair.pem"] }], handle: [{ handler: "file_server", root: PAIR_FOLDER }] };
    return plainServer(
        [`127.0.0.1:${CADDY_OWN_PORT}`],
        [...(https.mode === "files" ? [pair] : []), { handle: [{ handler: "static_response", status_code: 200 }] }],
    );
}

function tlsApps(stack: string, host: string, https: TlsSettings): Json {
    if (https.mode === "files") {
        // Asked at each new connection, so a new pair needs no reload; a reload ends every open websocket.
        const source = { via: "http", url: `http://127.0.0.1:${CADDY_OWN_PORT}/pair.pem` };
        return { tls: { automation: { policies: [{ get_certificate: [source] }] } } };
    }
    const automated = (issuer: Json) => ({
        certificates: { automate: [host] },
        // Looked at often, which costs nothing: certificates of a private server may live for minutes.
        automation: { policies: [{ subjects: [host], issuers: [issuer] }], renew_interval: "10s" },
    });
    if (https.mode === "internal") {
        const name = `JupyterHub ${stack}`;
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
            // By the port for plain HTTP where there is one, else by HTTPS itself.
            challenges: {
                http: { disabled: https.redirectFrom === undefined, alternate_port: REDIRECT_PORT },
                "tls-alpn": { alternate_port: CADDY_PORT },
            },
        }),
    };
}
