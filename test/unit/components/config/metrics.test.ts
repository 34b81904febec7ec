import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { deployHub, type Args } from "../../../support/unit/hub";

const FOLDER = path.join(__dirname, "../../../../monitoring");

async function proxyOf(values: Partial<Args>): Promise<Record<string, unknown>> {
    const { recorder } = await deployHub({ users: ["ada"], ...values });
    return recorder.named("Container", "jupyterhub-proxy").inputs;
}

describe("the proxy's numbers", () => {
    it("are answered nowhere unless the config says where", async () => {
        const { command, ports } = await proxyOf({});
        expect(JSON.stringify(command)).not.toContain("metrics");
        expect(ports).toEqual([{ internal: 8000, external: 8000, ip: "127.0.0.1" }]);
    });

    it("are answered there, beside the hub and behind Caddy", async () => {
        const metrics = { proxy: "127.0.0.1:7100" };
        const own = { internal: 8002, external: 7100, ip: "127.0.0.1" };
        const plain = await proxyOf({ metrics });
        expect((plain.command as string[]).slice(-4)).toEqual(["--metrics-ip", "0.0.0.0", "--metrics-port", "8002"]);
        expect(plain.ports).toEqual([own, { internal: 8000, external: 8000, ip: "127.0.0.1" }]);
        expect((await proxyOf({ metrics, https: { mode: "internal" } })).ports).toEqual([own]);
    });
});

it("the scrape config asks each of the three, the hub with a token", () => {
    const { scrape_configs } = parse(fs.readFileSync(path.join(FOLDER, "prometheus.yml"), "utf8")) as {
        scrape_configs: Record<string, unknown>[];
    };
    expect(scrape_configs.map(({ job_name }) => job_name)).toEqual(["jupyterhub", "jupyterhub-proxy", "containers"]);
    expect(scrape_configs[0]).toMatchObject({
        metrics_path: "/hub/metrics",
        authorization: { type: "Bearer", credentials_file: "/etc/prometheus/jupyterhub.token" },
    });
});

it("the dashboard's panels do not overlap, and name no server of ours", () => {
    const text = fs.readFileSync(path.join(FOLDER, "grafana.json"), "utf8");
    const { panels } = JSON.parse(text) as {
        panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
        Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(text).not.toMatch(/https?:\/\//);
});
