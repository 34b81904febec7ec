/** From another machine, and with another's pages in the browser of somebody who is logged in. */
import { HubClient } from "../deploy/hubClient";
import { send } from "../deploy/http";
import { anyOf, NOTHING, type Attack, type Target } from "./attack";
import { opened } from "./user";

const by = "network";
const EVIL = "https://evil.example";

/**
 * By the address that containers have, with a route to it over the machine, as everybody in the same segment can make
 * one.
 */
function routed(name: string, place: (target: Target) => { ip: string } | undefined, port: number): Attack {
    return {
        by,
        name: `reaches ${name} by a route to Docker's network`,
        expected: "shut",
        async try(target) {
            const at = place(target);
            return at === undefined ? NOTHING : target.outside(`tcp('${at.ip}', ${port})`);
        },
    };
}

const ports: readonly Attack[] = [
    {
        by,
        name: "reaches a hub that listens at 127.0.0.1 by the machine's address",
        expected: "shut",
        try: ({ outside, surroundings, url }) => outside(`tcp('${surroundings.machine}', ${new URL(url).port})`),
    },
    routed("a hub that listens at 127.0.0.1", ({ proxy }) => proxy, 8000),
    routed("the proxy's API", ({ proxy }) => proxy, 8001),
    routed("the hub's own port", ({ hub }) => hub, 8081),
    routed("a person's server", ({ neighbour }) => neighbour, 8888),
    routed("the gate", ({ gate }) => gate, 2375),
    {
        by,
        name: "reaches the proxy's API, the hub's own port or the gate by the machine's address",
        expected: "shut",
        try: ({ outside, surroundings }) =>
            outside(`first(${[8001, 8081, 2375].map(port => `tcp('${surroundings.machine}', ${port})`).join(", ")})`),
    },
];

interface Form {
    headers?: Record<string, string>;
    next?: string;
    who?: { user: string; password: string };
}

/** A browser sends the log-in form, with the token that its cookie has: an attacker can have put both there. */
async function logsIn(
    { url, neighbour }: Target,
    { headers = {}, next = "", who: { user, password } = neighbour }: Form = {},
): Promise<Response> {
    const browser = new HubClient(url, user);
    await browser.request("hub/login");
    const _xsrf = browser.cookie("_xsrf", "hub/login") ?? "";
    const body = new URLSearchParams({ username: user, password, _xsrf }).toString();
    return browser.request(
        `hub/login?_xsrf=${encodeURIComponent(_xsrf)}${next && `&next=${encodeURIComponent(next)}`}`,
        { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers }, body },
    );
}

const pages: readonly Attack[] = [
    {
        by,
        name: "logs somebody in by a form on another site's page, its cookie planted",
        expected: "refused",
        async try(target) {
            if ((await logsIn(target, { headers: { Origin: new URL(target.url).origin } })).status !== 302) {
                throw new Error("the hub's own form is refused too");
            }
            return (await logsIn(target, { headers: { Origin: EVIL } })).status === 302 ? "done" : "refused";
        },
    },
    {
        by,
        name: "is led to another site after the log-in (next=…)",
        expected: "refused",
        async try(target) {
            const elsewhere = [
                `${EVIL}/`,
                "//evil.example/",
                "/\\evil.example/",
                "https:evil.example",
                "///evil.example",
                "\\\\evil.example",
                `${new URL(target.url).origin}@evil.example/`,
            ];
            const answers = await Promise.all(elsewhere.map(next => logsIn(target, { next })));
            return anyOf(
                answers.map(answer =>
                    new URL(answer.headers.get("location") ?? "", target.url).origin === new URL(target.url).origin
                        ? "refused"
                        : "done",
                ),
            );
        },
    },
    {
        by,
        name: "puts another host's name into pages and redirects (Host, X-Forwarded-…)",
        expected: "refused",
        async try({ url }) {
            const forged = {
                Host: "evil.example",
                "X-Forwarded-Host": "evil.example",
                "X-Forwarded-Proto": "https",
                "X-Forwarded-For": "evil.example",
                Forwarded: "host=evil.example",
            };
            const answers = await Promise.all(
                ["", "hub/login", "hub/home", "user/x/lab"].map(path => send(new URL(path, url), { headers: forged })),
            );
            const texts = await Promise.all(
                answers.map(
                    async answer =>
                        `${answer.headers.get("location")} ${(await answer.text()).replaceAll(/next=[^"&]*/g, "")}`,
                ),
            );
            return texts.some(text => text.includes("evil.example")) ? "done" : "refused";
        },
    },
    {
        by,
        name: "opens somebody's kernel from another site's page, with their session",
        expected: "refused",
        async try({ url, attacker }) {
            const browser = new HubClient(url, attacker.user);
            await browser.logIn(attacker.password);
            await browser.follow(`user/${attacker.user}/lab`);
            const [{ id }] = (await (
                await browser.withToken(attacker.token, attacker.client.server("api/kernels"))
            ).json()) as { id: string }[];
            const Cookie = [...new Set(browser.setCookies.map(line => line.split(";")[0]))].join("; ");
            const channel = attacker.client.server(`api/kernels/${id}/channels`);
            if ((await opened(channel, { Cookie, Origin: new URL(url).origin })) !== "done") {
                throw new Error("its own page cannot open it either");
            }
            return opened(channel, { Cookie, Origin: EVIL });
        },
    },
    {
        by,
        name: "puts the log-in page into another site's page",
        expected: "refused",
        async try({ url }) {
            const { headers } = await send(new URL("hub/login", url));
            return /frame-ancestors '(none|self)'/.test(headers.get("content-security-policy") ?? "")
                ? "refused"
                : "done";
        },
    },
    {
        by,
        name: "asks the hub's API, its metrics or somebody's server without a token",
        expected: "refused",
        async try({ url, neighbour }) {
            const answers = await Promise.all(
                ["hub/api/users", "hub/api/info", "hub/metrics", `user/${neighbour.user}/api/contents`].map(path =>
                    send(new URL(path, url)),
                ),
            );
            return anyOf(answers.map(({ ok }) => (ok ? "done" : "refused")));
        },
    },
    {
        by,
        name: "tries 60 passwords at once",
        expected: "slowed down; the right one gets in",
        async try(target) {
            const { absent } = target;
            const guesses = Array.from({ length: 60 }, () =>
                logsIn(target, { who: { ...absent, password: "wrong" } }).then(({ status }) => status === 429),
            );
            // Once one is refused: who got in before is known at this address, and the guesses after that are fewer
            // than make it wait.
            const slowed = await Promise.any(
                guesses.map(async guess => (await guess) || Promise.reject(new Error("looked at"))),
            ).catch(() => false);
            const right = await logsIn(target, { who: absent });
            await Promise.all(guesses);
            return (
                `${slowed ? "slowed down" : "all are looked at"}; ` +
                `${right.status === 302 ? "the right one gets in" : "the right one does not"}`
            );
        },
    },
];

export const networkAttacks: readonly Attack[] = [...ports, ...pages];
