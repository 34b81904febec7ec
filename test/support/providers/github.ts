/**
 * A GitHub Enterprise Server, as far as it is documented and a log-in needs it: web flow with PKCE, user, organization
 * and team membership. Over TLS, at an address that browsers and containers share.
 */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Certificates } from "../certificates";
import { TlsServer } from "./tlsServer";

interface Granted {
    login: string;
    redirect: string;
    challenge: string;
    scope: string;
}

/** As it is registered there. */
interface OAuthApp {
    clientId: string;
    clientSecret: string;
    /** Its callback URL. */
    callback: () => string;
}

export class GitHubServer extends TlsServer {
    /** Accounts there: the password is the name. */
    readonly accounts = new Set<string>();
    /** `organization` or `organization/team` → members. */
    readonly members = new Map<string, Set<string>>();
    private readonly sessions = new Map<string, string>();
    private readonly codes = new Map<string, Granted>();
    private readonly tokens = new Map<string, Granted>();

    private constructor(
        address: string,
        private readonly app: OAuthApp,
        certificates: Certificates,
    ) {
        super(address, certificates);
    }

    static start(address: string, app: OAuthApp, certificates: Certificates): Promise<GitHubServer> {
        return new GitHubServer(address, app, certificates).listen();
    }

    protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url as string, this.url);
        const form = request.method === "POST" ? new URLSearchParams(await text(request)) : new URLSearchParams();
        const session = /user_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
        const login = session === undefined ? undefined : this.sessions.get(session);
        const page = (body: string) =>
            response.writeHead(200, { "Content-Type": "text/html" }).end(`<!doctype html><title>GitHub</title>${body}`);
        const redirect = (to: string, headers: Record<string, string> = {}) =>
            response.writeHead(302, { Location: to, ...headers }).end();
        switch (`${request.method} ${url.pathname}`) {
            case "GET /login":
                page(
                    `<form method="post" action="/session"><input name="login"><input name="password" ` +
                        `type="password"><input type="hidden" name="return_to" ` +
                        `value="${encodeURIComponent(url.searchParams.get("return_to") ?? "/")}"><button>Sign ` +
                        "in</button></form>",
                );
                return;
            case "POST /session": {
                const name = form.get("login") ?? "";
                if (!this.accounts.has(name) || form.get("password") !== name) {
                    page("Incorrect username or password.");
                    return;
                }
                const id = randomBytes(8).toString("hex");
                this.sessions.set(id, name);
                redirect(decodeURIComponent(form.get("return_to") as string), {
                    "Set-Cookie": `user_session=${id}; Path=/; HttpOnly; Secure; SameSite=Lax`,
                });
                return;
            }
            case "GET /logout":
                this.sessions.delete(session ?? "");
                page("Signed out.");
                return;
            case "GET /login/oauth/authorize":
                if (
                    url.searchParams.get("client_id") !== this.app.clientId ||
                    url.searchParams.get("redirect_uri") !== this.app.callback()
                ) {
                    page("The redirect_uri is not associated with this application.");
                } else if (login === undefined) {
                    redirect(`/login?return_to=${encodeURIComponent(url.pathname + url.search)}`);
                } else {
                    redirect(this.grant(login, url.searchParams));
                }
                return;
            case "POST /login/oauth/access_token":
                response
                    .writeHead(200, { "Content-Type": "application/json" })
                    .end(JSON.stringify(this.exchange(form)));
                return;
            default:
                this.api(url.pathname, request.headers.authorization, response);
        }
    }

    private grant(login: string, asked: URLSearchParams): string {
        const code = randomBytes(10).toString("hex");
        const to = new URL(asked.get("redirect_uri") as string);
        this.codes.set(code, {
            login,
            redirect: to.href,
            challenge: asked.get("code_challenge") ?? "",
            scope: asked.get("scope") ?? "",
        });
        to.searchParams.set("code", code);
        to.searchParams.set("state", asked.get("state") as string);
        return to.href;
    }

    private exchange(form: URLSearchParams): Record<string, string> {
        const granted = this.codes.get(form.get("code") ?? "");
        this.codes.delete(form.get("code") ?? "");
        const challenge = createHash("sha256")
            .update(form.get("code_verifier") ?? "")
            .digest("base64url");
        if (form.get("client_id") !== this.app.clientId || form.get("client_secret") !== this.app.clientSecret) {
            return {
                error: "incorrect_client_credentials",
                error_description: "The client_id and/or client_secret passed are incorrect.",
            };
        }
        if (granted === undefined || granted.challenge !== challenge || granted.redirect !== form.get("redirect_uri")) {
            return { error: "bad_verification_code", error_description: "The code passed is incorrect or expired." };
        }
        const token = `gho_${randomBytes(16).toString("hex")}`;
        this.tokens.set(token, granted);
        return { access_token: token, scope: granted.scope, token_type: "bearer" };
    }

    private api(path: string, authorization: string | undefined, response: ServerResponse): void {
        const json = (status: number, body?: unknown) =>
            response
                .writeHead(status, { "Content-Type": "application/json" })
                .end(body === undefined ? undefined : JSON.stringify(body));
        const granted = this.tokens.get(/^(?:Bearer|token) (\S+)$/.exec(authorization ?? "")?.[1] ?? "");
        if (granted === undefined) {
            json(401, { message: "Bad credentials" });
            return;
        }
        if (path === "/api/v3/user") {
            json(200, { login: granted.login, id: 1, email: null, name: granted.login, type: "User" });
            return;
        }
        const member = /^\/api\/v3\/orgs\/([^/]+)(?:\/teams\/([^/]+))?\/members\/([^/]+)$/.exec(path);
        const place = member === null ? "" : [member[1], ...(member[2] === undefined ? [] : [member[2]])].join("/");
        // Without the scope only public memberships are seen, and here all are private.
        const sees = granted.scope.split(/[ ,]/).includes("read:org");
        if (
            member !== null &&
            sees &&
            [...(this.members.get(place) ?? [])].some(login => login.toLowerCase() === member[3].toLowerCase())
        ) {
            json(204);
        } else {
            json(404, { message: "Not Found" });
        }
    }
}
