/** A hub whose database is in PostgreSQL. */
import { deployHub, hubOf, INSTANCE, P, type DeployedHub } from "../../../support/unit/hub";

const URL = "postgresql://hub:p%40ss-0815@10.9.8.7:6432/hub?sslmode=require";

const onPostgresql = () => deployHub(hubOf(["ada"], { database: URL }));

it("tells the URL the hub alone, in its environment, and the guard whom it keeps away from where", async () => {
    const { recorder } = await onPostgresql();
    const hub = recorder.named("Container", "jupyterhub-hub").inputs;
    expect(hub.envs).toContain(`JUPYTERHUB_DATABASE_URL=${URL}`);
    expect(hub.labels).toEqual([
        { label: "jupyterhub.database", value: "postgresql" },
        { label: "jupyterhub.instance", value: INSTANCE },
    ]);
    const told = recorder.of("Container").filter(({ inputs }) => JSON.stringify(inputs).includes("0815"));
    expect(told.map(({ name }) => name)).toEqual(["jupyterhub-hub"]);
    const [settings] = recorder.named("Container", "jupyterhub-guard").inputs.envs as string[];
    const { rules, hub: address } = JSON.parse(settings.slice("GUARD_SETTINGS=".length)) as {
        rules: { outward: string[] };
        hub: string;
    };
    const at = rules.outward.indexOf("ip daddr 10.9.8.7 tcp dport 6432 drop");
    expect(rules.outward[at - 1]).toBe(`ip saddr ${address} ip daddr 10.9.8.7 tcp dport 6432 accept`);
    // Before the proxy, and whoever is allowed to go anywhere.
    expect(at).toBeLessThan(rules.outward.indexOf(`ip saddr ${address} accept`));
});

it("asks whether the hub can use it before all but images, from where the hub is", async () => {
    const { recorder } = await onPostgresql();
    const { inputs } = recorder.named("Command", "jupyterhub-database-check");
    const environment = inputs.environment as Record<string, string>;
    expect(JSON.parse(environment.DATABASE)).toEqual({ url: URL, ca: "", instance: INSTANCE });
    expect(environment).toMatchObject({ HUB: `${P}-hub`, HUB_DATA: `${P}-hub-data` });
    expect(environment.CHECK_DATABASE).toContain('network="container:$HUB"');
    expect(environment.CHECK_DATABASE).toContain("target=/srv/jupyterhub/data,readonly --entrypoint python");
    expect(JSON.stringify(inputs.triggers)).not.toContain("0815");
    expect([inputs.create, inputs.logging]).toEqual(['eval "$CHECK_DATABASE"', "none"]);
});

it("a hub on SQLite has none of it", async () => {
    const { recorder }: DeployedHub = await deployHub(hubOf(["ada"]));
    expect(recorder.of("Command").map(({ name }) => name)).not.toContain("jupyterhub-database-check");
    const hub = recorder.named("Container", "jupyterhub-hub").inputs;
    expect(JSON.stringify(hub)).not.toContain("JUPYTERHUB_DATABASE_URL");
    expect(hub.labels).toEqual([{ label: "jupyterhub.instance", value: INSTANCE }]);
});
