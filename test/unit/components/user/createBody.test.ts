/** A server's body for Docker is what Docker shows of a server that Pulumi's provider has made of the same. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Settings } from "../../../../components/config/settings";
import { stackNames } from "../../../../components/docker/names";
import { createBody } from "../../../../components/user/createBody";
import { environment, serverDefinition, type Definition } from "../../../../components/user/serverDefinition";
import { settingsOf } from "../../../support/unit/hub";

type Fields = Record<string, unknown>;

/** `docker inspect` of two declared servers before their first start, Engine 20.10; without what their image says. */
const inspected = JSON.parse(
    fs.readFileSync(path.join(__dirname, "../../fixtures/inspected-servers.json"), "utf8"),
) as { person: string; Config: Fields; HostConfig: Fields }[];

/** The config that they were made of. */
const settings: Settings = settingsOf({
    users: [
        {
            name: "ada",
            admin: true,
            memory: "512M",
            shm: "128M",
            pids: 300,
            env: { EDITOR: "nano" },
            mounts: [{ host: "/opt", path: "/srv/host", readOnly: true }],
        },
        { name: "grace", kind: "system", uid: 2001, gid: 2002, supplementaryGroups: [3000], memory: "512M" },
    ],
    defaults: { memory: "512M", cpus: 0.5, mounts: [{ volume: "team", path: "/team" }] },
    homes: { hostFormat: "/srv/homes/{username}/{uid}" },
});

const names = stackNames("test", "kq3v7x2m");

function argsOf(name: string) {
    const person = settings.people.find(one => one.name === name) as Settings["people"][number];
    const { Config } = inspected.find(one => one.person === name) as (typeof inspected)[number];
    const { url: publicUrl, storage, network } = settings;
    return { names, person, publicUrl, storage, network, image: Config.Image as string, authorities: true };
}

/** What Docker adds by itself. */
const DOCKERS_OWN: Fields = {
    CgroupnsMode: "host",
    ConsoleSize: [0, 0],
    IpcMode: "private",
    Runtime: "runc",
    ShmSize: 64 * 2 ** 20,
};

/** Paths of the kernel that no container sees. */
const KERNEL = ["MaskedPaths", "ReadonlyPaths"];

const nothing = (value: unknown) =>
    value === undefined || value === null || value === "" || value === 0 || value === false;

/** Docker keeps lists of what the provider has as sets. Of a mount that can be written it says nothing. */
function normal(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(normal).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .filter(([key, one]) => !(key === "ReadOnly" && one === false))
                  .map(([key, one]) => [key, normal(one)]),
          )
        : value;
}

describe.each(inspected)("of $person", ({ person: name, Config, HostConfig }) => {
    const args = argsOf(name);
    const body = createBody(serverDefinition(args), {
        env: environment(args),
        labels: Config.Labels as Record<string, string>,
        pids: args.person.pids,
    });

    it("has what Docker shows of the container", () => {
        const { HostConfig: _, ...config } = body;
        expect(normal(config)).toEqual(normal(Config));
    });

    it("has what Docker shows of its limits, rights and mounts", () => {
        const sent: Fields = { ...DOCKERS_OWN, ...body.HostConfig };
        const shown = (fields: Fields) =>
            normal(
                Object.fromEntries(
                    Object.keys(HostConfig)
                        .filter(key => !KERNEL.includes(key))
                        .map(key => [key, nothing(fields[key]) ? "" : fields[key]]),
                ),
            );
        expect(shown(sent)).toEqual(shown(HostConfig));
        expect(Object.keys(HostConfig)).toEqual(expect.arrayContaining(Object.keys(body.HostConfig)));
    });
});

it("refuses what it would not hand on", () => {
    const definition: Definition = { ...serverDefinition(argsOf("ada")), privileged: true };
    expect(() => createBody(definition, { env: {}, labels: {}, pids: 1 })).toThrow(
        "createBody: unknown arguments of a server: privileged",
    );
});

it("has temporary homes, GPUs and name servers", () => {
    const { person, ...args } = argsOf("ada");
    const definition = serverDefinition({
        ...args,
        person,
        storage: "none",
        gpus: ["0", "GPU-1"],
        network: { ...settings.network, dns: ["10.0.0.2"], dnsSearch: ["lab"] },
        authorities: false,
    });
    const { HostConfig, Volumes } = createBody(definition, { env: {}, labels: {}, pids: 1 });
    expect(Volumes).toBeUndefined();
    expect(HostConfig).toMatchObject({
        Tmpfs: { "/home/jovyan": "rw,exec,nosuid,nodev,size=256m,uid=1000,gid=100,mode=0755" },
        DeviceRequests: [{ Driver: "nvidia", Count: 0, DeviceIDs: ["0", "GPU-1"], Capabilities: [["gpu"]] }],
        Dns: ["10.0.0.2"],
        DnsSearch: ["lab"],
    });
    expect(HostConfig).not.toHaveProperty("Binds");
});
