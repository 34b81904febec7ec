/** What a change does to servers that run. */
import { momentOf } from "../../../../components/docker/moment";
import { ADA, deployHub, hubOf, planOf, type Args } from "../../../support/unit/hub";

it("does not move away from under running servers", async () => {
    const running = (address: string) => ({ running: true, incarnation: "00", definition: "old", address });
    const existing = new Map([
        ["ada", running("/")],
        ["grace", running("/lab/")],
        ["alan", { ...ADA, address: "/" }],
    ]);
    const moved = (more: Partial<Args> = {}) =>
        hubOf(["ada", "grace", "alan"], { publicUrl: "http://127.0.0.1:8000/lab/", ...more });
    await expect(planOf(moved(), { existing })).rejects.toThrow(
        "publicUrl: at http://127.0.0.1:8000/lab/ people would no longer reach their running servers " +
            "(ada); nothing was changed. Stop those, or end them by `jupyterhub:updates: now`.",
    );
    expect((await deployHub(moved({ updates: "now" }), { existing })).hub.deferred).toEqual([]);
});

it("leaves a running server as it is, and says so", async () => {
    const running = { running: true, incarnation: "00ada", definition: "an older one", address: "/" };
    const { hub } = await deployHub(hubOf(["ada", "grace"]), { existing: new Map([["ada", running]]) });
    expect(hub.deferred).toEqual(["ada"]);
});

it("plans the same again while the Docker host is the same, so that `up` does what a preview showed", async () => {
    const plan = async (...containers: string[]) => {
        const { recorder } = await deployHub(hubOf(["ada", { name: "grace", kind: "system", uid: 2001, gid: 2001 }]), {
            existing: new Map([["ada", ADA]]),
            networks: new Map(),
            missingHomes: ["grace"],
            moment: momentOf(containers, new Date("2026-03-01T00:00:00Z")),
        });
        return recorder.resources.map(resource => JSON.stringify(resource)).sort();
    };
    const first = await plan("0a1b", "2c3d");
    expect(await plan("2c3d", "0a1b")).toEqual(first);
    expect(await plan("2c3d", "4e5f")).not.toEqual(first); // A container was exchanged, so something changed.
});

it("remembers since when a change waits, and ends the wait after deferAtMost", async () => {
    const running = { running: true, incarnation: "00ada", definition: "an older one", address: "/" };
    const since = async (deferredSince: number | undefined, deferAtMost: string) => {
        const { hub, recorder } = await deployHub(hubOf(["ada"], { deferAtMost }), {
            existing: new Map([["ada", { ...running, deferredSince }]]),
        });
        const labels = recorder.named("Container", "jupyterhub-roster").inputs.labels as {
            label: string;
            value: string;
        }[];
        return {
            deferred: hub.deferred,
            label: labels.find(({ label }) => label === "jupyterhub.deferred")?.value,
        };
    };
    const now = Math.floor(Date.now() / 1000);
    const first = await since(undefined, "7d");
    expect(JSON.parse(first.label as string).ada).toBeGreaterThanOrEqual(now);
    expect(await since(now - 3600, "7d")).toEqual({ deferred: ["ada"], label: `{"ada":${now - 3600}}` });
    expect(await since(now - 8 * 86_400, "7d")).toEqual({ deferred: [], label: undefined });
    expect((await since(now - 8 * 86_400, "never")).deferred).toEqual(["ada"]);
});

it("has nothing deferred when a running server is up to date, or when updates are not to wait", async () => {
    const first = await deployHub(hubOf(["ada"]), { existing: new Map([["ada", ADA]]) });
    const labels = first.recorder.named("Container", "jupyterhub-user-ada").inputs.labels as {
        label: string;
        value: string;
    }[];
    const definition = labels.find(({ label }) => label === "jupyterhub.definition")?.value as string;
    const current = {
        existing: new Map([["ada", { running: true, incarnation: "00ada", definition, address: "/", memory: 1024 }]]),
    };
    expect((await deployHub(hubOf(["ada"]), current)).hub.deferred).toEqual([]);
    // More memory comes at once.
    expect((await deployHub(hubOf([{ name: "ada", memory: "2G" }]), current)).hub.deferred).toEqual([]);
    expect((await deployHub(hubOf([{ name: "ada", memory: "512M" }]), current)).hub.deferred).toEqual(["ada"]);
    expect((await deployHub(hubOf([{ name: "ada", cpus: 2 }]), current)).hub.deferred).toEqual(["ada"]);
    expect((await deployHub(hubOf([{ name: "ada", cpus: 2 }], { updates: "now" }), current)).hub.deferred).toEqual([]);
});
