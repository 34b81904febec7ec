/**
 * stacks/Pulumi.lab.yaml: log-in with GitHub, homes on the host, the hub in a container, nobody has to be listed. The
 * homes lie below a folder of the test.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser } from "playwright-core";
import { certificatesFor } from "../../support/certificates";
import { asRoot } from "../../support/deploy/host";
import { stackConfig, type Outputs, type Workspace } from "../../support/deploy/workspace";
import { hostAddress } from "../../support/hostAddress";
import { GitHubServer } from "../../support/providers/github";
import { Visitor } from "../../support/browser/person";

const CLIENT_SECRET = "0f2e4d6c8b0a1f3e5d7c9b8a6f4e2d0c1b3a5f7e";
const UID = 52088;

/** An account of this machine, made for this test, whose name is one at GitHub too. */
const member = `jht${randomBytes(4).toString("hex")}`;

export class Lab {
    private readonly host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    private github?: GitHubServer;
    private outputs?: Outputs;

    constructor(
        private readonly workspace: Workspace,
        private readonly browser: Browser,
    ) {}

    get member(): string {
        return member;
    }

    async deploy(): Promise<void> {
        const [address, plain] = [hostAddress(), stackConfig("lab")];
        const certificates = certificatesFor(address);
        const [, clientId] = /clientId: (\S+)/.exec(plain) as RegExpExecArray;
        this.github = await GitHubServer.start(
            address,
            { clientId, clientSecret: CLIENT_SECRET, callback: () => `${this.workspace.url}hub/oauth_callback` },
            certificates,
        );
        [member, "hopper", "mallory", "daemon"].forEach(name => this.github?.accounts.add(name));
        this.github.members.set("example", new Set([member, "daemon"]));
        fs.chmodSync(this.host, 0o755);
        asRoot("useradd", "--no-create-home", "--uid", String(UID), "--user-group", "--shell", "/bin/false", member);
        const ca = certificates.ca.trim().replace(/^/gm, "    ");
        this.workspace.writeConfig(
            plain
                .replace(/^ {2}clientId: .*$/m, line => `${line}\n  host: ${this.github?.url}\n  ca: |\n${ca}`)
                .replace(/(?<=hostFormat: *"?)(?=\/)/g, this.host),
        );
        await this.workspace.secret("githubClientSecret", `${CLIENT_SECRET}\n`);
        this.outputs = await this.workspace.settle();
    }

    /** From the log-in page to GitHub, and through its form. */
    async logIn(login: string): Promise<Visitor> {
        const person = await Visitor.arrive(this.browser, this.workspace.url, this.github?.url);
        await person.open("");
        await person.page.click('a:has-text("Sign in with GitHub")');
        await person.page.fill('input[name="login"]', login);
        await person.page.fill('input[name="password"]', login);
        await person.page.click("button");
        return person;
    }

    /** Owner and mode of somebody's home on this machine. */
    homeOf(name: string): string {
        return asRoot("stat", "-c", "%u:%g %a", path.join(this.host, "home", name));
    }

    async remove(): Promise<void> {
        await this.github?.stop();
        if (this.github !== undefined) {
            asRoot("userdel", member);
        }
        asRoot("rm", "-rf", this.host);
    }
}

export const OWNER = `${UID}:${UID} 700`;
