import { SECRET_KEYS } from "../../../../../components/config/schema";
import { decodeConfig, readSettings } from "../../../../../components/config/settings";
import { checkStackFile } from "../../../../../scripts/files/stackFile";
import { problemsOf, readYaml, SECRET } from "../../../../support/unit/config";

describe("secrets", () => {
    it("asks for the root secret where there is none", () => {
        expect(problemsOf(() => readSettings("test", decodeConfig({ "jupyterhub:users": "[]" }), new Set()))).toEqual([
            "rootSecret: is missing; `npm run up` makes it, or: pulumi config set --secret " +
                'jupyterhub:rootSecret "$(openssl rand -hex 32)"',
        ]);
    });

    it("refuses a root secret that anybody can read", () => {
        expect(problemsOf(() => readYaml("jupyterhub:users: []", new Set()))).toEqual([
            "rootSecret: is readable in the stack file; encrypt it: pulumi config set --secret jupyterhub:rootSecret",
        ]);
    });

    it("refuses a short root secret", () => {
        const all = decodeConfig({ "jupyterhub:users": "[]", "jupyterhub:rootSecret": "short" });
        expect(problemsOf(() => readSettings("test", all, SECRET))).toEqual([
            "rootSecret: needs at least 32 characters; `openssl rand -hex 32` makes good ones",
        ]);
    });

    const inside = [`users: has an encrypted value inside; secrets have keys of their own (${SECRET_KEYS.join(", ")})`];

    it("refuses an encrypted value inside the list", () => {
        const keys = new Set([...SECRET, "jupyterhub:users"]);
        expect(problemsOf(() => readYaml("jupyterhub:users: [ada, {name: grace, env: {TOKEN: x}}]", keys))).toEqual(
            inside,
        );
    });

    it("takes passwords of registries in either form, and never repeats one", () => {
        const keys = new Set([...SECRET, "jupyterhub:registryPasswords", "jupyterhub:proxyCredentials"]);
        const network =
            "jupyterhub:users: []\njupyterhub:network: {registries: [{address: 'r.example:5000', username: " +
            "robot}], httpProxy: 'http://p:1'}\n";
        expect(
            readYaml(`${network}jupyterhub:registryPasswords: {'r.example:5000': hunter2}`, keys).network.registries,
        ).toEqual([{ address: "r.example:5000", username: "robot" }]);
        expect(
            readYaml(
                `${network}jupyterhub:registryPasswords: '{"r.example:5000": ` +
                    `"hunter2"}'\njupyterhub:proxyCredentials: 'robot:hun:ter2'`,
                keys,
            ).network.proxy,
        ).toEqual({ http: "http://p:1", direct: [] });
        for (const [passwords, problems] of [
            [
                "hunter2",
                [
                    "registryPasswords: expected a password for each registry; this asks for one: npm run " +
                        "secret -- STACK registryPasswords ADDRESS",
                ],
            ],
            [
                "'[\"hunter2\"]'",
                [
                    "registryPasswords: expected a password for each registry; this asks for one: npm run " +
                        "secret -- STACK registryPasswords ADDRESS",
                ],
            ],
            [
                "{'r.example': hunter2}",
                [
                    "network.registries[0]: r.example:5000 has no password; this asks for it: npm run secret " +
                        "-- test registryPasswords r.example:5000",
                    'registryPasswords["r.example"]: is of no registry in network.registries',
                ],
            ],
            [
                "{'r.example:5000': 17}",
                ['registryPasswords["r.example:5000"]: expected a password: text in one line, not empty'],
            ],
        ] as const) {
            expect(problemsOf(() => readYaml(`${network}jupyterhub:registryPasswords: ${passwords}`, keys))).toEqual(
                problems,
            );
        }
        expect(
            problemsOf(() =>
                readYaml(
                    "jupyterhub:users: []\njupyterhub:network: {httpProxy: " +
                        "'http://p:1'}\njupyterhub:proxyCredentials: hunter2",
                    keys,
                ),
            ),
        ).toEqual(["proxyCredentials: expected user:password; the user's name has no colon"]);
    });

    it("refuses passwords of registries that anybody can read, also one among others", () => {
        const readable = [
            "registryPasswords: is readable in the stack file; encrypt it: npm run secret -- STACK " +
                "registryPasswords ADDRESS",
        ];
        const config = {
            "jupyterhub:users": [],
            "jupyterhub:network": {
                registries: [
                    { address: "a.example", username: "robot" },
                    { address: "b.example", username: "robot" },
                ],
            },
        };
        const check = (registryPasswords: unknown) =>
            checkStackFile("test", {
                config: { ...config, "jupyterhub:registryPasswords": registryPasswords },
                hasSalt: true,
            });
        expect(problemsOf(() => check({ "a.example": { secure: "v1:x" }, "b.example": "hunter2" }))).toEqual(readable);
        expect(
            check({ "a.example": { secure: "v1:x" }, "b.example": { secure: "v1:y" } }).network.registries,
        ).toHaveLength(2);
        expect(check({ secure: "v1:x" }).network.registries).toHaveLength(2); // One JSON text: only Pulumi can read it.
        const proxied = {
            ...config,
            "jupyterhub:network": { httpProxy: "http://p:1" },
            "jupyterhub:proxyCredentials": { secure: "v1:x" },
        };
        expect(checkStackFile("test", { config: proxied, hasSalt: true }).network.proxy).toEqual({
            http: "http://p:1",
            direct: [],
        });
    });

    it("refuses it before Pulumi starts too", () => {
        const config = { "jupyterhub:users": ["ada", { name: "grace", env: { TOKEN: { secure: "v1:abc" } } }] };
        expect(problemsOf(() => checkStackFile("test", { config, hasSalt: true }))).toEqual(
            expect.arrayContaining(inside),
        );
    });
});
