import { caddyConfig, type CaddyArgs } from "../../../../components/hub/caddyConfig";

type Front = CaddyArgs["settings"]["https"];

const config = (https: Front, more: Partial<CaddyArgs["settings"]> = {}) =>
    caddyConfig({
        names: { proxy: "P-proxy" },
        settings: {
            deployment: "test",
            url: "https://hub.example.org/jupyter/",
            listen: { ip: "0.0.0.0", port: 443 },
            https,
            ...more,
        },
    });

const HSTS = 365 * 86400;
const cookies = [
    { search_regexp: "(?i);\\s*secure\\s*(;|$)", replace: "$1" },
    { search_regexp: "$", replace: "; Secure" },
];
const secured = (set: Record<string, string[]>) => ({
    handle: [{ handler: "headers", response: { set, replace: { "Set-Cookie": cookies }, deferred: true } }],
});
const toProxy = (set: Record<string, string[]>, more: Record<string, unknown> = {}) => ({
    handle: [
        {
            handler: "reverse_proxy",
            upstreams: [{ dial: "P-proxy:8000" }],
            flush_interval: -1,
            transport: { protocol: "http", compression: false, dial_timeout: "5s", keep_alive: { idle_timeout: "2s" } },
            load_balancing: { try_duration: "5s", try_interval: "250ms" },
            headers: {
                request: {
                    set,
                    delete: [
                        "Forwarded",
                        "X-Scheme",
                        "X-Scheme-Proto",
                        "X-Real-Ip",
                        "X-Forwarded-Port",
                        "X-Forwarded-Ssl",
                    ],
                },
            },
            ...more,
        },
    ],
});
const saidAway = (type: string, said: string) => [
    {
        handler: "static_response",
        status_code: 503,
        headers: { "Content-Type": [type], "Retry-After": ["3"] },
        body: expect.stringContaining(said),
    },
];
const away = {
    routes: [
        {
            match: [{ header: { Accept: ["*text/html*"] } }],
            handle: saidAway("text/html; charset=utf-8", "The proxy does not answer at the moment."),
        },
        { handle: saidAway("application/json", '"message":"The proxy does not answer at the moment.') },
    ],
};
const redirect = {
    handle: [
        {
            handler: "static_response",
            status_code: 308,
            headers: { Location: ["https://hub.example.org{http.request.uri}"] },
        },
    ],
};
const own = (...routes: unknown[]) => ({
    listen: ["127.0.0.1:8009"],
    protocols: ["h1"],
    automatic_https: { disable: true },
    routes: [...routes, { handle: [{ handler: "static_response", status_code: 200 }] }],
});
const http = (servers: Record<string, unknown>) => ({ http_port: 8080, https_port: 8443, grace_period: "5s", servers });
const tlsServer = (hsts: Record<string, string[]>) => ({
    listen: [":8443"],
    protocols: ["h1", "h2"],
    automatic_https: { disable: true },
    tls_connection_policies: [{ protocol_min: "tls1.2", default_sni: "hub.example.org" }],
    routes: [secured(hsts), toProxy({ "X-Forwarded-Proto": ["https"], "X-Forwarded-Host": ["{http.request.host}"] })],
    errors: away,
});
const STS = { "Strict-Transport-Security": [`max-age=${HSTS}`] };

describe("Caddy", () => {
    it("fetches a certificate from files at each connection", () => {
        expect(config({ mode: "files", certificate: "PEM", hsts: HSTS })).toEqual({
            admin: { disabled: true, config: { persist: false } },
            apps: {
                http: http({
                    people: tlsServer(STS),
                    own: own({
                        match: [{ path: ["/pair.pem"] }],
                        handle: [{ handler: "file_server", root: "/data/tls" }],
                    }),
                }),
                tls: {
                    automation: {
                        policies: [{ get_certificate: [{ via: "http", url: "http://127.0.0.1:8009/pair.pem" }] }],
                    },
                },
            },
        });
    });

    it("has an authority of its own, and leads plain HTTP to HTTPS", () => {
        expect(config({ mode: "internal", hsts: 0, redirectFrom: { ip: "0.0.0.0", port: 80 } }).apps).toEqual({
            http: http({
                people: tlsServer({}),
                plain: { listen: [":8080"], protocols: ["h1"], automatic_https: { disable: true }, routes: [redirect] },
                own: own(),
            }),
            pki: {
                certificate_authorities: {
                    local: {
                        name: "JupyterHub test",
                        root_common_name: "JupyterHub test authority",
                        intermediate_common_name: "JupyterHub test intermediate",
                        install_trust: false,
                    },
                },
            },
            tls: {
                certificates: { automate: ["hub.example.org"] },
                automation: {
                    policies: [{ subjects: ["hub.example.org"], issuers: [{ module: "internal", ca: "local" }] }],
                    renew_interval: "10s",
                },
            },
        });
    });

    it("asks an ACME server, by the port for plain HTTP only where there is one", () => {
        const issuer = (https: Front) =>
            (config(https).apps as { tls: { automation: { policies: { issuers: unknown[] }[] } } }).tls.automation
                .policies[0].issuers;
        const common = { module: "acme", ca: "https://acme.example.org/dir" };
        expect(issuer({ mode: "acme", directory: "https://acme.example.org/dir", hsts: HSTS })).toEqual([
            {
                ...common,
                challenges: { http: { disabled: true, alternate_port: 8080 }, "tls-alpn": { alternate_port: 8443 } },
            },
        ]);
        expect(
            issuer({
                mode: "acme",
                directory: "https://acme.example.org/dir",
                email: "it@example.org",
                ca: "PEM",
                redirectFrom: { ip: "0.0.0.0", port: 80 },
                hsts: HSTS,
            }),
        ).toEqual([
            {
                ...common,
                email: "it@example.org",
                trusted_roots_pem_files: ["/tmp/acme-ca.pem"],
                challenges: { http: { disabled: false, alternate_port: 8080 }, "tls-alpn": { alternate_port: 8443 } },
            },
        ]);
    });

    const forwarded = {
        Host: ["hub.example.org"],
        "X-Forwarded-Proto": ["https"],
        "X-Forwarded-Host": ["hub.example.org"],
    };

    it("believes the proxy in front, and leads everybody else to it", () => {
        const strangers = {
            match: [
                {
                    not: [
                        { remote_ip: { ranges: ["10.0.0.0/8"] } },
                        { path: ["/jupyter/hub/health", "/jupyter/hub/api", "/jupyter/hub/api/*"] },
                    ],
                },
            ],
            ...redirect,
        };
        expect(config({ mode: "external", trustedProxies: ["10.0.0.0/8"] }).apps).toEqual({
            http: http({
                people: {
                    listen: [":8443"],
                    protocols: ["h1"],
                    automatic_https: { disable: true },
                    routes: [strangers, secured({}), toProxy(forwarded, { trusted_proxies: ["10.0.0.0/8"] })],
                    errors: away,
                },
                own: own(),
            }),
        });
    });

    it("believes whoever comes by a loopback address, which is the proxy on this machine", () => {
        const { http } = config(
            { mode: "external", trustedProxies: ["10.0.0.0/8"] },
            { listen: { ip: "127.0.0.1", port: 8000 } },
        ).apps as { http: { servers: { people: { routes: unknown[] } } } };
        expect(http.servers.people.routes).toEqual([
            secured({}),
            toProxy(forwarded, { trusted_proxies: ["0.0.0.0/0"] }),
        ]);
    });
});
