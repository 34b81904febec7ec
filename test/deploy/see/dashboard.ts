/** The dashboard's queries at a real Prometheus that scrapes a real hub and proxy by monitoring/prometheus.yml. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { cacheDir } from "../../../scripts/files/paths";
import { findOnPath } from "../../../scripts/files/programs";
import { unpackOwn } from "../../engines/packages";
import { freePort } from "../../support/deploy/host";
import { waitFor } from "../../support/deploy/waitFor";
import type { Workspace } from "../../support/deploy/workspace";

interface Target {
    expr: string;
    legendFormat: string;
}
interface Panel {
    title: string;
    targets: Target[];
}
interface Series {
    metric: Record<string, string>;
    value: [number, string];
}

/** What is scraped: the hub with its token, the proxy's port, and containers that cAdvisor would tell of. */
interface Sources {
    token: string;
    proxy: number;
    containers: readonly string[];
}

/** Every panel shows something, with each legend once; and nothing of another stack. */
export async function dashboard(workspace: Workspace, { token, proxy, containers }: Sources): Promise<void> {
    const folder = fs.mkdtempSync(path.join(workspace.folder, "prometheus-"));
    const likeCadvisor = http.createServer((_, answer) => answer.end(containerMetrics(containers)));
    await new Promise<void>(resolve => likeCadvisor.listen(0, "127.0.0.1", resolve));
    const port = await freePort();
    fs.writeFileSync(path.join(folder, "token"), `${token}\n`, { mode: 0o600 });
    const scraped = { jupyterhub: workspace.port, "jupyterhub-proxy": proxy, containers: portOf(likeCadvisor) };
    fs.writeFileSync(
        path.join(folder, "prometheus.yml"),
        scrapeConfig(path.join(workspace.root, "monitoring", "prometheus.yml"), path.join(folder, "token"), scraped),
    );
    const prometheus = spawn(
        prometheusProgram(),
        [
            `--config.file=${path.join(folder, "prometheus.yml")}`,
            `--storage.tsdb.path=${path.join(folder, "data")}`,
            `--web.listen-address=127.0.0.1:${port}`,
        ],
        { stdio: ["ignore", "ignore", "pipe"] },
    );
    const ended = once(prometheus, "exit");
    let said = "";
    prometheus.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ask = (query: string) => queried(port, query);
    try {
        const scrapes = async () => {
            if (prometheus.exitCode !== null) {
                throw new Error(said);
            }
            const counts = await ask("sum by (job) (count_over_time(up[10m])) and on (job) up == 1");
            return counts.length === 3 && counts.every(({ value: [, count] }) => Number(count) >= 3);
        };
        await waitFor(scrapes, 60, "three scrapes of hub, proxy and containers");
        const { panels } = JSON.parse(
            fs.readFileSync(path.join(workspace.root, "monitoring", "grafana.json"), "utf8"),
        ) as { panels: Panel[] };
        const empty: string[] = [];
        for (const { title, targets } of panels) {
            for (const { expr, legendFormat } of targets) {
                const series = await ask(expr.replaceAll("$stack", workspace.stack));
                const legends = series.map(({ metric }) => legendOf(legendFormat, metric));
                expect({ title, legends }).toEqual({ title, legends: [...new Set(legends)] });
                if (series.length === 0) {
                    empty.push(title);
                }
            }
        }
        expect(empty).toEqual([]);
        const cpus = panels.find(({ title }) => title === "CPUs of people's servers")?.targets[0].expr as string;
        const people = containers.filter(name => name.includes("-u-")).sort();
        const named = async (stack: string) =>
            (await ask(cpus.replaceAll("$stack", stack))).map(({ metric }) => metric.name).sort();
        expect(await named(workspace.stack)).toEqual(people);
        expect(await named("another")).toEqual(["another-aaaaaaaa-u-ada"]);
    } finally {
        prometheus.kill();
        await ended;
        await new Promise(resolve => likeCadvisor.close(resolve));
    }
}

const portOf = (server: http.Server) => (server.address() as AddressInfo).port;

/** This machine's Prometheus, or Debian's, unpacked and not installed: it would start as a service. */
function prometheusProgram(): string {
    const found = findOnPath("prometheus")[0];
    if (found !== undefined) {
        return found;
    }
    const folder = path.join(cacheDir(), "prometheus");
    const program = path.join(folder, "usr", "bin", "prometheus");
    if (!fs.existsSync(program)) {
        const debs = fs.mkdtempSync(path.join(os.tmpdir(), "prometheus-"));
        unpackOwn(["prometheus"], debs, folder);
        fs.rmSync(debs, { recursive: true });
    }
    return program;
}

/** The project's scrape config, at this test's ports and more often. */
function scrapeConfig(file: string, token: string, ports: Record<string, number>): string {
    const config = parse(fs.readFileSync(file, "utf8")) as {
        global: { scrape_interval: string };
        scrape_configs: {
            job_name: string;
            authorization?: { credentials_file: string };
            static_configs: { targets: string[] }[];
        }[];
    };
    config.global.scrape_interval = "1s";
    for (const job of config.scrape_configs) {
        job.static_configs = [{ targets: [`127.0.0.1:${ports[job.job_name]}`] }];
        if (job.authorization !== undefined) {
            job.authorization.credentials_file = token;
        }
    }
    return stringify(config);
}

async function queried(port: number, query: string): Promise<Series[]> {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { status, error, data } = (await answer.json()) as {
        status: string;
        error?: string;
        data: { result: Series[] };
    };
    if (status !== "success") {
        throw new Error(`${query}: ${error}`);
    }
    return data.result;
}

/** As Grafana writes it. */
function legendOf(format: string, metric: Record<string, string>): string {
    return format.replace(/\{\{(\w+)\}\}/g, (_, label: string) => {
        expect(metric).toHaveProperty(label);
        return metric[label];
    });
}

/**
 * What cAdvisor says of containers: processors one by one where the kernel counts them so, or their total; a series for
 * each network interface; control groups of the system without a name; and another stack's container.
 */
function containerMetrics(names: readonly string[]): string {
    const now = Date.now() / 1000;
    const lines = [...names, "another-aaaaaaaa-u-ada", ""].flatMap((name, i) => {
        const labels = `id="/docker/${i}",image="image:1",name="${name}"`;
        const cpus = i % 2 === 0 ? ["total"] : ["cpu00", "cpu01"];
        return [
            ...cpus.map(cpu => `container_cpu_usage_seconds_total{cpu="${cpu}",${labels}} ${now}`),
            `container_memory_working_set_bytes{${labels}} ${(i + 1) * 2 ** 20}`,
            ...["eth0", "eth1"].flatMap(to => [
                `container_network_receive_bytes_total{${labels},interface="${to}"} ${now}`,
                `container_network_transmit_bytes_total{${labels},interface="${to}"} ${now}`,
            ]),
        ];
    });
    const families = [...new Set(lines.map(line => line.split("{")[0]))];
    return families
        .flatMap(family => [
            `# TYPE ${family} ${family.endsWith("_total") ? "counter" : "gauge"}`,
            ...lines.filter(line => line.startsWith(`${family}{`)),
        ])
        .join("\n")
        .concat("\n");
}
