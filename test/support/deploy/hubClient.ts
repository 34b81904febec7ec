/** A person at the hub's door, over HTTP: logs in, starts a server, runs code in a kernel. */
import { type Way, type Sent, send } from "./http";
import { waitFor } from "./waitFor";
import { Kernel } from "./kernel";

/** Cookies of one browser session, by name and path: the hub uses the same names on different paths. */
class CookieJar {
    private readonly cookies = new Map<string, { name: string; value: string; path: string }>();

    store(response: Response): void {
        for (const line of response.headers.getSetCookie()) {
            const [pair, ...attributes] = line.split(";").map(part => part.trim());
            const [name, ...value] = pair.split("=");
            const path = attributes.find(attribute => attribute.toLowerCase().startsWith("path="))?.slice(5) ?? "/";
            const gone = attributes.some(attribute => /^expires=.*19\d\d|^max-age=0/i.test(attribute));
            if (gone || value.join("=") === "") {
                this.cookies.delete(`${name};${path}`);
            } else {
                this.cookies.set(`${name};${path}`, { name, value: value.join("="), path });
            }
        }
    }

    header(pathname: string): string {
        return this.for(pathname)
            .map(({ name, value }) => `${name}=${value}`)
            .join("; ");
    }

    value(name: string, pathname: string): string | undefined {
        return this.for(pathname).find(cookie => cookie.name === name)?.value;
    }

    private for(pathname: string) {
        return [...this.cookies.values()]
            .filter(({ path }) => pathname.startsWith(path))
            .sort((a, b) => b.path.length - a.path.length);
    }
}

export class HubClient {
    private readonly jar = new CookieJar();
    /** Every cookie line that was answered. */
    readonly setCookies: string[] = [];

    /**
     * @param url the hub's URL with a slash at its end
     * @param further the name of the person's server that this is about; their default one where it is empty
     */
    constructor(
        readonly url: string,
        readonly name: string,
        private readonly way: Way = {},
        private readonly further = "",
    ) {}

    /** One request with this session's cookies; redirects are followed only by `follow`. */
    async request(path: string, init: Sent = {}): Promise<Response> {
        const target = new URL(path, this.url);
        const response = await send(
            target,
            { ...init, headers: { Cookie: this.jar.header(target.pathname), ...init.headers } },
            this.way,
        );
        this.jar.store(response);
        this.setCookies.push(...response.headers.getSetCookie());
        return response;
    }

    async follow(path: string): Promise<Response> {
        return (await this.visit(path)).response;
    }

    /** Goes to a page as a browser does. @returns what is there, and the path that it ended at */
    async visit(path: string, hops = 15): Promise<{ response: Response; place: string }> {
        const go = async (to: string) => ({
            response: await this.request(to, { headers: { Accept: "text/html" } }),
            place: new URL(to, this.url).pathname,
        });
        let at = await go(path);
        for (let i = 0; i < hops && [301, 302, 303, 307].includes(at.response.status); i++) {
            at = await go(new URL(at.response.headers.get("location") as string, this.url).href);
        }
        return at;
    }

    /** @returns the page's status and text: 302 is success */
    async logIn(password: string, name = this.name): Promise<{ status: number; text: string }> {
        await this.request("hub/login");
        const _xsrf = this.cookie("_xsrf", "hub/login") ?? "";
        const response = await this.request(`hub/login?_xsrf=${encodeURIComponent(_xsrf)}`, {
            method: "POST",
            headers: { "Content-Type": "application/x-www-form-urlencoded" },
            body: new URLSearchParams({ username: name, password, _xsrf }).toString(),
        });
        return { status: response.status, text: await response.text() };
    }

    /** A call to the hub's REST API as the person who is logged in. */
    api(path: string, method = "GET", body?: unknown): Promise<Response> {
        return this.request(`hub/api/${path}`, {
            method,
            headers: { "X-XSRFToken": this.cookie("_xsrf", "hub/api") ?? "", Referer: `${this.url}hub/home` },
            body: body === undefined ? undefined : JSON.stringify(body),
        });
    }

    /** Value of a cookie as it is sent to a path below the hub's. */
    cookie(name: string, path: string): string | undefined {
        return this.jar.value(name, new URL(path, this.url).pathname);
    }

    /** A request with a token instead of the session. */
    withToken(token: string, path: string, init: Sent = {}): Promise<Response> {
        return send(
            new URL(path, this.url),
            { ...init, headers: { Authorization: `token ${token}`, ...init.headers } },
            this.way,
        );
    }

    private get path(): string {
        return encodeURIComponent(this.name).replace(/%40/g, "@");
    }

    /** An API token of the person's own, as a script of theirs would use. */
    async token(): Promise<string> {
        const response = await this.api(`users/${this.path}/tokens`, "POST", { note: "test" });
        if (!response.ok) {
            throw new Error(`no token for ${this.name}: ${response.status} ${await response.text()}`);
        }
        return ((await response.json()) as { token: string }).token;
    }

    /** Where the hub's API has the server. */
    private get resource(): string {
        return `hub/api/users/${this.path}/server${this.further === "" ? "" : `s/${this.further}`}`;
    }

    /** Asks for a start. @param choice such as `{profile: "small"}` */
    askForServer(token: string, choice?: Record<string, string>): Promise<Response> {
        return this.withToken(token, this.resource, { method: "POST", body: choice ? JSON.stringify(choice) : "" });
    }

    /** @param poll milliseconds between two looks whether it answers */
    async startServer(token: string, seconds = 60, poll = 200, choice?: Record<string, string>): Promise<void> {
        await this.requestServer(token, choice);
        await waitFor(
            async () => (await this.withToken(token, this.server("api"))).ok,
            seconds,
            `${this.name}'s server`,
            poll,
        );
    }

    /** Starts it and listens from the first moment on. @returns all that the hub tells of the start */
    async startAndListen(token: string): Promise<string> {
        let told = "";
        const listen = async () => {
            const response = await this.progress(token);
            told = await response.text();
            return response.ok;
        };
        await Promise.all([this.startServer(token), waitFor(listen, 30, `word of ${this.name}'s start`, 50)]);
        return told;
    }

    /**
     * The same as the hub's page does it: it listens to what the hub tells of the start, and asks nothing meanwhile.
     */
    async startAsPage(token: string): Promise<void> {
        await this.requestServer(token);
        const told = await (await this.progress(token)).text();
        const { ok, status } = await this.withToken(token, this.server("api"));
        if (!ok) {
            throw new Error(
                `${this.name}'s server answers ${status}, and the hub said ${told.trim().split("\n").pop()}`,
            );
        }
    }

    private async requestServer(token: string, choice?: Record<string, string>): Promise<void> {
        const response = await this.askForServer(token, choice);
        if (![201, 202].includes(response.status)) {
            throw new Error(`starting ${this.name}: ${response.status} ${await response.text()}`);
        }
    }

    /** What the hub tells of a start, to its end. */
    private progress(token: string): Promise<Response> {
        return this.withToken(token, `${this.resource}/progress`);
    }

    /** Asks for a stop. */
    askForStop(token: string): Promise<Response> {
        return this.withToken(token, this.resource, { method: "DELETE" });
    }

    async stopServer(token: string, seconds = 30): Promise<void> {
        await this.askForStop(token);
        await waitFor(
            async () => {
                const user = (await (await this.withToken(token, `hub/api/users/${this.path}`)).json()) as {
                    server: string | null;
                    pending: string | null;
                    servers: Record<string, unknown>;
                };
                return this.further === ""
                    ? user.server === null && user.pending === null
                    : !(this.further in user.servers);
            },
            seconds,
            `the stop of ${this.name}'s server`,
        );
    }

    server(path: string): string {
        return `${this.url}user/${this.path}/${this.further === "" ? "" : `${this.further}/`}${path}`;
    }

    async startKernel(token: string): Promise<Kernel> {
        const response = await this.withToken(token, this.server("api/kernels"), { method: "POST", body: "{}" });
        if (!response.ok) {
            throw new Error(`no kernel for ${this.name}: ${response.status} ${await response.text()}`);
        }
        const { id } = (await response.json()) as { id: string };
        return Kernel.open(`${this.server(`api/kernels/${id}/channels`).replace(/^http/, "ws")}`, token, this.way);
    }
}
