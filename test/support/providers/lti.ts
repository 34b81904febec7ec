/**
 * A learning platform, as far as LTI 1.3 says and a launch needs it: a log-in of its own, a course with links, the
 * answer to an authentication request, and its keys. Over TLS, at an address that browsers and containers share.
 */
import { createSign, generateKeyPairSync, randomBytes, type KeyPairKeyObjectResult } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Certificates } from "../certificates";
import { TlsServer } from "./tlsServer";

const CLAIM = "https://purl.imsglobal.org/spec/lti/claim/";
const KEY = "the-platforms";

/** As the hub is registered there. */
interface Tool {
    clientId: string;
    /** Where a launch begins, and the only address that a token is sent to. */
    login: () => string;
    redirect: () => string;
}

interface Link {
    target: string;
    /** In the page of the course, as platforms do unless they are told otherwise. */
    framed?: boolean;
}

export class LearningPlatform extends TlsServer {
    /** Accounts there: the password is the name. → the address of email */
    readonly accounts = new Map<string, string>();
    /** Of the course, by name. */
    readonly links = new Map<string, Link>();
    /** Another's key under this one's name: what somebody forges who is on the way. */
    isForging = false;
    /** Authentication requests that were not as the standard and the registration say. */
    readonly refused: string[] = [];
    private readonly sessions = new Map<string, string>();
    private readonly key = newKey();
    private readonly anothers = newKey();

    private constructor(
        address: string,
        private readonly tool: Tool,
        certificates: Certificates,
    ) {
        super(address, certificates);
    }

    static start(address: string, tool: Tool, certificates: Certificates): Promise<LearningPlatform> {
        return new LearningPlatform(address, tool, certificates).listen();
    }

    protected async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url as string, this.url);
        const session = /lms_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
        const account = this.sessions.get(session);
        const page = (body: string, status = 200) =>
            response.writeHead(status, { "Content-Type": "text/html" }).end(`<!doctype html><title>LMS</title>${body}`);
        switch (`${request.method} ${url.pathname}`) {
            case "GET /keys":
                response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(this.keys()));
                return;
            case "GET /login":
                page('<form method="post"><input name="login"><input name="password"><button>Go</button></form>');
                return;
            case "POST /login": {
                const form = new URLSearchParams(await text(request));
                const name = form.get("login") ?? "";
                if (!this.accounts.has(name) || form.get("password") !== name) {
                    page("Wrong.", 403);
                    return;
                }
                const id = randomBytes(8).toString("hex");
                this.sessions.set(id, name);
                const cookie = `lms_session=${id}; Path=/; HttpOnly; Secure; SameSite=None`;
                response.writeHead(302, { Location: "/course", "Set-Cookie": cookie }).end();
                return;
            }
            case "GET /course":
                page(account === undefined ? "Log in first." : this.course(account));
                return;
            case "GET /auth": {
                const wrong = this.wrong(url.searchParams, account);
                if (wrong.length > 0 || account === undefined) {
                    this.refused.push(...wrong);
                    page(`Refused: ${wrong.join(", ")}`, 400);
                    return;
                }
                page(this.form(url.searchParams, account));
                return;
            }
            default:
                page("Nothing here.", 404);
        }
    }

    /** Each link is a form: that is how platforms begin a launch. */
    private course(account: string): string {
        return [...this.links]
            .map(([name, { target, framed = false }], i) => {
                const fields = {
                    iss: this.url,
                    login_hint: account,
                    target_link_uri: target,
                    lti_message_hint: name,
                    client_id: this.tool.clientId,
                    lti_deployment_id: "1",
                };
                const inputs = Object.entries(fields).map(
                    ([key, value]) => `<input type="hidden" name="${key}" value="${escaped(value)}">`,
                );
                return (
                    `<form method="post" action="${this.tool.login()}"${framed ? ` target="frame${i}"` : ""}>` +
                    `${inputs.join("")}<button>${escaped(name)}</button></form>` +
                    (framed ? `<iframe name="frame${i}" width="600" height="300"></iframe>` : "")
                );
            })
            .join("");
    }

    private wrong(asked: URLSearchParams, account: string | undefined): string[] {
        const expected = {
            response_type: "id_token",
            response_mode: "form_post",
            scope: "openid",
            prompt: "none",
            client_id: this.tool.clientId,
            redirect_uri: this.tool.redirect(),
            login_hint: account,
        };
        return [
            ...Object.entries(expected)
                .filter(([key, value]) => asked.get(key) !== value)
                .map(([key]) => `${key}=${asked.get(key)}`),
            ...["nonce", "state"].filter(key => (asked.get(key) ?? "").length < 16),
            ...(this.links.has(asked.get("lti_message_hint") ?? "") ? [] : ["lti_message_hint"]),
        ];
    }

    /** It sends itself, as the standard says (form_post). */
    private form(asked: URLSearchParams, account: string): string {
        const { target } = this.links.get(asked.get("lti_message_hint") as string) as Link;
        const token = this.token(account, asked.get("nonce") as string, target);
        return (
            `<form method="post" action="${this.tool.redirect()}"><input type="hidden" name="id_token" ` +
            `value="${token}"><input type="hidden" name="state" value="${escaped(asked.get("state") as string)}"></form>` +
            "<script>document.forms[0].submit()</script>"
        );
    }

    private token(account: string, nonce: string, target: string): string {
        const now = Math.floor(Date.now() / 1000);
        const claims = {
            iss: this.url,
            aud: this.tool.clientId,
            sub: `sub-of-${account}`,
            iat: now,
            exp: now + 300,
            nonce,
            email: this.accounts.get(account),
            [`${CLAIM}message_type`]: "LtiResourceLinkRequest",
            [`${CLAIM}version`]: "1.3.0",
            [`${CLAIM}deployment_id`]: "1",
            [`${CLAIM}target_link_uri`]: target,
            [`${CLAIM}resource_link`]: { id: "7" },
            [`${CLAIM}roles`]: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"],
            [`${CLAIM}context`]: { id: "42", label: "CS 101" },
        };
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
        const signed = `${part({ alg: "RS256", typ: "JWT", kid: KEY })}.${part(claims)}`;
        const { privateKey } = this.isForging ? this.anothers : this.key;
        return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
    }

    private keys(): object {
        return { keys: [{ ...this.key.publicKey.export({ format: "jwk" }), kid: KEY, alg: "RS256", use: "sig" }] };
    }
}

const newKey = (): KeyPairKeyObjectResult => generateKeyPairSync("rsa", { modulusLength: 2048 });

const escaped = (value: string) => value.replace(/[&<>"]/g, found => `&#${found.charCodeAt(0)};`);
