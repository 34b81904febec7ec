/** Log-ins by a directory, by a class from a package, by invitation. */
import { certificatesFor, type Certificates } from "../../support/certificates";
import { hostAddress } from "../../support/hostAddress";
import { BIND_PASSWORD, startLdap, type LdapServer } from "../../support/providers/ldap";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import { docker, idOf } from "../../support/deploy/docker";
import { CHOSEN, type LogIn } from "./lab";

/** The same people, who prove themselves otherwise. */
function withType(...lines: string[]): string {
    return [
        "jupyterhub:users:",
        "  - ada",
        "  - {name: grace, admin: true, login: hopper}",
        "  - alan",
        "jupyterhub:authentication:",
        ...lines.map(line => `  ${line}`),
        "jupyterhub:defaults: {memory: 512M}",
    ].join("\n");
}

const pem = (text: string) => [
    "ca: |",
    ...text
        .trim()
        .split("\n")
        .map(line => `  ${line}`),
];

export function otherTypes(lab: LogIn): void {
    const { step } = lab;

    let certificates: Certificates;

    step("with a directory: listed people by its passwords, of its group; the hub alone is replaced", async () => {
        certificates = certificatesFor(hostAddress());
        lab.ldap = await startLdap(`${lab.workspace.stack}-slapd`, hostAddress(), certificates);
        const search = "search: {base: 'ou=people,dc=example,dc=org', bindDn: 'cn=hub,dc=example,dc=org'}";
        const directory = withType(
            "type: ldap",
            `server: ldap://${hostAddress()}:${lab.ldap.plain}`,
            search,
            "allowedGroups: ['cn=lab,ou=groups,dc=example,dc=org']",
            ...pem(certificates.ca),
        );
        const before = [lab.outputs.containers.proxy, lab.outputs.users.ada.container].map(idOf);
        const { ada: derived } = lab.outputs.passwords;
        lab.workspace.writeConfig(directory);
        await lab.workspace.secret("ldapBindPassword", BIND_PASSWORD);
        await lab.workspace.up();
        await lab.workspace.expectNoChanges();
        lab.outputs = await lab.workspace.outputs();
        expect(lab.outputs.passwords).toEqual({});
        expect([lab.outputs.containers.proxy, lab.outputs.users.ada.container].map(idOf)).toEqual(before);
        expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");

        expect(await lab.status("of ada in LDAP", "ADA")).toBe(302);
        expect(await lab.status("of grace in LDAP", "hopper")).toBe(302);
        expect(await lab.status(derived, "ada")).toBe(403);
        expect(await lab.status("", "ada")).toBe(403);
        const refusal = async (name: string) =>
            (await new HubClient(lab.workspace.url, name).logIn(`of ${name} in LDAP`)).text;
        expect(await refusal("grace")).toContain("Wrong name or password.");
        expect(await refusal("alan")).toContain("alan is not in a group that may use this hub.");
        expect(await refusal("mallory")).toContain("mallory is not on the list of people who may use this hub.");
        expect(docker("logs", lab.outputs.containers.hub)).not.toContain(BIND_PASSWORD);
    });

    step("a directory that nobody vouches for is told no password; one that somebody does is", async () => {
        const server = [
            `server: ldaps://${hostAddress()}:${(lab.ldap as LdapServer).tls}`,
            "bindDn: 'uid={username},ou=people,dc=example,dc=org'",
        ];
        await lab.deploy(withType("type: ldap", ...server, ...pem(certificatesFor(hostAddress()).ca)));
        const { status: code, text } = await new HubClient(lab.workspace.url, "ada").logIn("of ada in LDAP");
        expect({ code, told: text.includes("The directory of people does not answer at the moment.") }).toEqual({
            code: 503,
            told: true,
        });
        await lab.deploy(withType("type: ldap", ...server, ...pem(certificates.ca)));
        expect(await lab.status("of ada in LDAP", "ada")).toBe(302);
        expect(await lab.status("of alan in LDAP", "alan")).toBe(302);
        expect(await lab.status("of mallory in LDAP", "mallory")).toBe(403);
    });

    step("with a class from a package: its settings, its secret ones, and the list over it", async () => {
        lab.workspace.writeConfig(
            [
                withType(
                    "type: custom",
                    "class: firstuseauthenticator.FirstUseAuthenticator",
                    "config: {dbm_path: /srv/jupyterhub/data/passwords.dbm}",
                ),
                "jupyterhub:images: {hub: {pip: ['jupyterhub-firstuseauthenticator==1.1.0']}}",
            ].join("\n"),
        );
        await lab.workspace.secret("authenticatorSecrets", '{"min_password_length": 9}');
        await lab.workspace.up();
        await lab.workspace.expectNoChanges();
        expect(await lab.status("long enough", "ada")).toBe(302);
        expect(await lab.status("another one", "ada")).toBe(403);
        expect(await lab.status("too few", "alan")).toBe(403);
        expect(await lab.status("long enough", "mallory")).toBe(403);
        expect(
            docker(
                "exec",
                lab.outputs.containers.hub,
                "python",
                "-c",
                "import jupyterhub; print(jupyterhub.__version__)",
            ),
        ).toMatch(/^6\./);
    });

    step(
        "with an invitation: listed people choose a password, nobody takes their name, a new invitation ends " +
            "the account",
        async () => {
            const choose = async (username: string, shown: string, password: string) => {
                const client = new HubClient(lab.workspace.url, username);
                await client.request("hub/signup");
                const _xsrf = client.cookie("_xsrf", "hub/signup") ?? "";
                const body = new URLSearchParams({ _xsrf, username, shown, password, again: password }).toString();
                return (
                    await client.request("hub/signup", {
                        method: "POST",
                        body,
                        headers: { "Content-Type": "application/x-www-form-urlencoded" },
                    })
                ).status;
            };
            const native = (ada: string) =>
                [
                    "jupyterhub:users:",
                    `  - ${ada}`,
                    "  - {name: grace, admin: true, login: hopper}",
                    "  - alan",
                    "jupyterhub:authentication: {type: native}",
                    "jupyterhub:defaults: {memory: 512M}",
                ].join("\n");
            await lab.workspace.succeed(
                "pulumi",
                "config",
                "rm",
                "jupyterhub:authenticatorSecrets",
                "--stack",
                lab.workspace.stack,
            );
            await lab.deploy(native("ada"));
            const { ada: invitation, grace: invitationOfGrace } = lab.outputs.passwords;
            expect(Object.keys(lab.outputs.passwords)).toEqual(["ada", "alan", "grace"]);
            expect(await lab.status(invitation, "ada")).toBe(403);
            expect(await choose("ada", "guess", CHOSEN)).toBe(403);
            expect(await choose("ada", invitationOfGrace, CHOSEN)).toBe(403);
            expect(await choose("mallory", invitation, CHOSEN)).toBe(403);
            expect(await choose("ada", invitation, CHOSEN)).toBe(200);
            expect(await choose("ada", invitation, `${CHOSEN}!`)).toBe(403);
            expect(await choose("hopper", invitationOfGrace, CHOSEN)).toBe(200);
            expect([
                await lab.status(CHOSEN, "ada"),
                await lab.status(CHOSEN, "hopper"),
                await lab.status(CHOSEN, "grace"),
                await lab.status(CHOSEN, "alan"),
            ]).toEqual([302, 302, 403, 403]);
            await lab.deploy(native("{name: ada, passwordVersion: 2}"));
            await waitFor(async () => (await lab.status(CHOSEN, "ada")) === 403, 60, "the end of ada's account");
            expect(await lab.status(CHOSEN, "hopper")).toBe(302);
            expect(await choose("ada", invitation, CHOSEN)).toBe(403);
            expect(await choose("ada", lab.outputs.passwords.ada, CHOSEN)).toBe(200);
            expect(await lab.status(CHOSEN, "ada")).toBe(302);
            expect(docker("logs", lab.outputs.containers.hub)).not.toContain(CHOSEN);
        },
    );
}
