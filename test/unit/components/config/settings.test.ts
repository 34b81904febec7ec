import fc from "fast-check";
import { ConfigError, decodeConfig, readSettings } from "../../../../components/config/settings";
import { readYaml, ROOT_SECRET, SECRET } from "../../../support/unit/config";
import { runs } from "../../../support/fuzz/runs";
import { anyCharacter } from "../../../support/fuzz/anyCharacter";

/** Somebody of whom nothing is said. */
const PLAIN = {
    newHome: false,
    idle: {},
    passwordVersion: 1,
    kind: "plain",
    admin: false,
    groups: [],
    lifecycle: "on-demand",
    image: "default",
    memory: 1024,
    cpus: 1,
    pids: 1024,
    env: {},
    mounts: [],
    supplementaryGroups: [],
};

/** An image of which nothing is said. */
const built = (build: string) => ({
    build,
    base: "jupyterhub-base:bookworm",
    packages: [],
    pip: [],
    locales: [],
    args: {},
});

describe("settings", () => {
    it("have blocked people by the names that the hub knows them by", () => {
        expect(readYaml('jupyterhub:users: [{name: "Zoë"}, ada]\njupyterhub:blockedUsers: [ZOË]').blockedUsers).toEqual(
            ["zoë"],
        );
    });

    it("have defaults for everything but the list", () => {
        expect(readYaml("jupyterhub:users: [Ada]")).toEqual({
            stack: "test",
            deployment: "test",
            people: [{ name: "ada", login: "ada", homeName: "ada", ...PLAIN }],
            blockedUsers: [],
            database: { kind: "sqlite" },
            listen: { ip: "127.0.0.1", port: 8000 },
            url: "http://127.0.0.1:8000/",
            https: { mode: "none" },
            authentication: { type: "password", version: 1 },
            hub: { services: [], roles: [], adminAccess: false },
            revoke: "soft",
            schedule: [],
            images: {
                hub: built("hub"),
                proxy: built("proxy"),
                gate: built("gate"),
                guard: built("guard"),
                launcher: built("launcher"),
                homes: built("homes"),
                caddy: built("caddy"),
                notebooks: { default: built("singleuser"), system: built("systemuser") },
            },
            idle: { cullAfter: 3600, maxAge: 0 },
            deferAtMost: 0,
            storage: "volume",
            homes: {
                hostFormat: "/home/{username}",
                imageFormat: "/home/{username}",
                create: true,
                mode: "0700",
            },
            updates: "when-idle",
            docker: { host: "unix:///var/run/docker.sock" },
            look: { name: "JupyterHub", language: "auto" },
            metrics: {},
            sharing: { secretEnv: new Map(), secretFiles: new Map() },
            network: {
                people: {},
                gate: {},
                front: {},
                dns: [],
                dnsSearch: [],
                isolation: "full",
                egress: "all",
                registries: [],
                packages: {},
                servers: { proxyCredentials: false },
            },
        });
    });

    it("take a person's own value before the defaults", () => {
        const settings = readYaml(
            "jupyterhub:defaults: {memory: 2G, cpus: 2, shm: 256M, lifecycle: always-on, groups: [b, a, b], " +
                "env: {A: '1', B: '1'}}\n" +
                "jupyterhub:users: [ada, {name: grace, memory: 512M, cpus: 0.5, shm: 1G, lifecycle: " +
                "on-demand, groups: [], admin: true, env: {B: '2'}}]",
        );
        expect(settings.people).toEqual([
            {
                ...PLAIN,
                name: "ada",
                login: "ada",
                homeName: "ada",
                groups: ["a", "b"],
                lifecycle: "always-on",
                memory: 2048,
                cpus: 2,
                shm: 256,
                env: { A: "1", B: "1" },
            },
            {
                ...PLAIN,
                name: "grace",
                login: "grace",
                homeName: "grace",
                admin: true,
                memory: 512,
                cpus: 0.5,
                shm: 1024,
                env: { A: "1", B: "2" },
            },
        ]);
    });

    it("know images by name", () => {
        const settings = readYaml(
            "jupyterhub:users: [{name: ada, image: science}]\n" +
                "jupyterhub:images: {base: 'debian:12.5', hub: {packages: [nano]}, notebooks: {science: " +
                "{pip: ['numpy==2.1.0', 'pandas[excel]']}, official: {pull: 'some/image:1.2'}}}",
        );
        expect(settings.images.hub).toEqual({
            build: "hub",
            base: "debian:12.5",
            packages: ["nano"],
            pip: [],
            locales: [],
            args: {},
        });
        expect(settings.images.notebooks).toEqual({
            default: { build: "singleuser", base: "debian:12.5", packages: [], pip: [], locales: [], args: {} },
            system: { build: "systemuser", base: "debian:12.5", packages: [], pip: [], locales: [], args: {} },
            science: {
                build: "singleuser",
                base: "debian:12.5",
                packages: [],
                pip: ["numpy==2.1.0", "pandas[excel]"],
                locales: [],
                args: {},
            },
            official: { pull: "some/image:1.2" },
        });
    });

    it("accept plain HTTP for others only by name", () => {
        expect(
            readYaml(
                "jupyterhub:users: []\njupyterhub:listen: 0.0.0.0:80\njupyterhub:https: {mode: none, insecure: true}",
            ).listen,
        ).toEqual({ ip: "0.0.0.0", port: 80 });
    });

    it("name another machine's Docker, its certificates and its socket", () => {
        const insecure =
            "jupyterhub:users: []\njupyterhub:listen: 0.0.0.0:80\njupyterhub:https: {mode: none, insecure: true}";
        expect(
            readYaml(
                `${insecure}\njupyterhub:docker: {host: "tcp://lab:2376", certPath: /certs, socket: /run/docker.sock}`,
            ),
        ).toMatchObject({
            docker: { host: "tcp://lab:2376", certPath: "/certs", socket: "/run/docker.sock" },
            url: "http://lab/",
        });
        expect(readYaml(`${insecure}\njupyterhub:docker: {host: "ssh://ada@lab"}`)).toMatchObject({
            docker: { host: "ssh://ada@lab" },
            url: "http://lab/",
        });
    });

    it("take never for the culler", () => {
        expect(readYaml("jupyterhub:users: []\njupyterhub:idle: {cullAfter: never}").idle).toEqual({
            cullAfter: 0,
            maxAge: 0,
        });
    });

    it("never crash: any JSON is a setting or a message", () => {
        const key = fc.oneof(
            fc.constantFrom(
                "users",
                "defaults",
                "images",
                "listen",
                "https",
                "idle",
                "authentication",
                "database",
                "hub",
                "groups",
            ),
            fc.string(),
        );
        fc.assert(
            fc.property(
                fc.dictionary(
                    key.map(name => `jupyterhub:${name}`),
                    fc.json(),
                ),
                config => {
                    try {
                        readSettings("test", decodeConfig({ ...ROOT_SECRET, ...config }), SECRET);
                    } catch (error) {
                        expect(error).toBeInstanceOf(ConfigError);
                    }
                },
            ),
            { numRuns: runs(200) },
        );
    });

    it("never crash: mutated people", () => {
        const value = fc.oneof(
            fc.string({ unit: anyCharacter }),
            fc.double(),
            fc.constant(null),
            fc.array(fc.string()),
            fc.object(),
        );
        const person = fc.dictionary(
            fc.constantFrom(
                "name",
                "admin",
                "groups",
                "memory",
                "cpus",
                "shm",
                "image",
                "env",
                "lifecycle",
                "kind",
                "__proto__",
                "constructor",
            ),
            value,
        );
        fc.assert(
            fc.property(fc.array(fc.oneof(person, value)), users => {
                try {
                    readSettings(
                        "test",
                        decodeConfig({ ...ROOT_SECRET, "jupyterhub:users": JSON.stringify(users) }),
                        SECRET,
                    );
                } catch (error) {
                    expect(error).toBeInstanceOf(ConfigError);
                }
            }),
            { numRuns: runs(200) },
        );
    });
});
