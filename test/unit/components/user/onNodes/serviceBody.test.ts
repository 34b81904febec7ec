/** A server as a service of a Swarm: with all that holds for a container of one machine. */
import { serviceBody, type ServiceBody } from "../../../../../components/user/onNodes/serviceBody";
import { renderTemplate } from "../../../../../components/user/templates";
import type { Definition } from "../../../../../components/user/serverDefinition";
import { argsOf, dynamic, names } from "../../../../support/unit/templates";

const SWARM = { registry: "lab:5000", homes: "/srv/homes" };

function rendered(config: Parameters<typeof dynamic>[0]) {
    const settings = dynamic({ users: ["ada"], swarm: SWARM, ...config });
    return renderTemplate({ ...argsOf(settings), swarm: settings.swarm }, { person: settings.people[0] });
}

describe("a server on a Swarm", () => {
    it("is confined and limited as on one machine, and mounts its home and the guard's file", () => {
        const { create, volumes, home, files } = rendered({
            users: [{ name: "ada", memory: "2G", cpus: 1.5, pids: 300, shm: "128M" }],
            defaults: { mounts: [{ host: "/srv/data", path: "/data", readOnly: true }], supplementaryGroups: [7777] },
            network: { dns: ["10.0.0.53"], dnsSearch: ["lab.example"] },
        });
        expect([volumes, files]).toEqual([[], []]);
        expect(home).toEqual({
            base: "/srv/homes",
            parts: ["\0home_slug\0\0fresh\0"],
            owner: { uid: 1000, gid: 100 },
        });
        const { TaskTemplate, ...service } = create as ServiceBody;
        const { Labels } = service;
        expect(service).toEqual({
            Labels: expect.objectContaining({ "jupyterhub.launched": "true", "jupyterhub.person": "\0name\0" }),
            Mode: { Replicated: { Replicas: 1 } },
            EndpointSpec: { Mode: "dnsrr" },
        });
        const { ContainerSpec, ...task } = TaskTemplate;
        expect(task).toEqual({
            Networks: [{ Target: names.peopleNetwork }],
            Resources: { Limits: { MemoryBytes: 2 * 2 ** 30, NanoCPUs: 1.5e9, Pids: 300 } },
            RestartPolicy: { Condition: "any", Delay: 1e9 },
            Placement: {},
            LogDriver: { Name: "json-file", Options: { "max-size": "10m", "max-file": "3" } },
        });
        const { Env, Mounts, ...spec } = ContainerSpec;
        expect(Env).toContain("JUPYTERHUB_API_TOKEN=\0token\0");
        expect(spec).toEqual({
            Image: "jupyterhub-default:1",
            Labels,
            Hostname: "\0slug\0",
            User: "1000:100",
            Dir: "/home/jovyan",
            Healthcheck: { Test: ["NONE"] },
            StopGracePeriod: 10e9,
            CapabilityDrop: ["ALL"],
            Privileges: { NoNewPrivileges: true },
            Init: false,
            ReadOnly: false,
            Groups: ["7777"],
            DNSConfig: { Nameservers: ["10.0.0.53"], Search: ["lab.example"] },
        });
        const home_ = `/srv/homes/\0home_slug\0\0fresh\0`;
        expect(Mounts).toEqual([
            {
                Type: "volume",
                Source: names.guarded,
                Target: "/run/guarded",
                ReadOnly: true,
                VolumeOptions: {
                    NoCopy: true,
                    Subpath: "ready",
                    DriverConfig: {
                        Name: "local",
                        Options: { type: "tmpfs", device: "tmpfs", o: "size=64k,mode=755" },
                    },
                },
            },
            { Type: "bind", Source: home_, Target: "/home/jovyan", ReadOnly: false },
            { Type: "bind", Source: "/srv/data", Target: "/data", ReadOnly: true },
            { Type: "tmpfs", Target: "/dev/shm", TmpfsOptions: { SizeBytes: 128 * 2 ** 20, Mode: 0o1777 } },
        ]);
    });

    it("has its home in a folder of a volume that all nodes have, which is made first", () => {
        const options = { type: "nfs", o: "addr=192.0.2.5,nfsvers=4", device: ":/srv/homes" };
        const ofVolume = (homesVolume: object) => {
            const { create, home } = rendered({ swarm: { registry: "lab:5000", homesVolume } });
            return { home, mount: (create as ServiceBody).TaskTemplate.ContainerSpec.Mounts[1] };
        };
        const { home, mount } = ofVolume({ options });
        const Source = mount.Source as string;
        expect(Source).toMatch(/-homes-[0-9a-f]{8}$/);
        expect(home).toEqual({ base: Source, parts: ["\0home_slug\0\0fresh\0"], owner: { uid: 1000, gid: 100 } });
        expect(mount).toEqual({
            Type: "volume",
            Source,
            VolumeOptions: {
                NoCopy: true,
                Subpath: "\0home_slug\0\0fresh\0",
                DriverConfig: { Name: "local", Options: options },
            },
            Target: "/home/jovyan",
            ReadOnly: false,
        });
        // Docker would leave the volume as it is, with the old options.
        const { device, o, type } = options;
        expect(ofVolume({ options: { ...options, device: ":/srv/others" } }).mount.Source).not.toBe(Source);
        expect(ofVolume({ options: { device, o, type } }).mount).toEqual(mount);
        // Whose files such a volume has, only its name may say.
        const other = ["a", "b"].map(cluster => ofVolume({ driver: "cluster", options: { cluster } }).mount.Source);
        expect(other).toEqual([names.sharedHomes, names.sharedHomes]);
    });

    it("has its temporary home in memory, of the same size", () => {
        const { create, home } = rendered({ storage: "none", homes: { size: "64M" }, swarm: { registry: "lab:5000" } });
        expect(home).toBeNull();
        const { Mounts } = (create as ServiceBody).TaskTemplate.ContainerSpec;
        expect((Mounts as object[]).slice(1)).toEqual(
            ["/home/jovyan", "/tmp", "/var/tmp"].map(Target => ({
                Type: "tmpfs",
                Target,
                TmpfsOptions: { SizeBytes: 64 * 2 ** 20, Mode: 0o1777, Options: [["exec"]] },
            })),
        );
    });

    it("comes to the nodes that the config names", () => {
        const placement = { constraints: ["node.labels.kind == big", "node.hostname!=n3"], spread: "node.labels.room" };
        const { create } = rendered({ swarm: { ...SWARM, placement } });
        expect((create as ServiceBody).TaskTemplate.Placement).toEqual({
            Constraints: ["node.labels.kind==big", "node.hostname!=n3"],
            Preferences: [{ Spread: { SpreadDescriptor: "node.labels.room" } }],
        });
    });

    it("comes to those that its person may have, where what is reserved is free", () => {
        const swarm = { ...SWARM, placement: { constraints: ["node.role==worker"], spread: "node.labels.room" } };
        const users = [
            {
                name: "ada",
                placement: { constraints: ["node.labels.kind==big"], spread: "node.labels.rack" },
                reservations: { memory: "512M", cpus: 0.5 },
            },
        ];
        const { Placement, Resources } = (rendered({ swarm, users }).create as ServiceBody).TaskTemplate;
        expect(Placement).toEqual({
            Constraints: ["node.role==worker", "node.labels.kind==big"],
            Preferences: [{ Spread: { SpreadDescriptor: "node.labels.rack" } }],
        });
        expect(Resources).toEqual({
            Limits: { MemoryBytes: 2 ** 30, NanoCPUs: 1e9, Pids: 1024 },
            Reservations: { MemoryBytes: 512 * 2 ** 20, NanoCPUs: 0.5e9 },
        });
        const part = rendered({ users: [{ name: "ada", reservations: { cpus: 0.25 } }] }).create as ServiceBody;
        expect(part.TaskTemplate.Resources.Reservations).toEqual({ NanoCPUs: 0.25e9 });
    });

    it("leaves homes alone that nobody is to make", () => {
        expect(rendered({ homes: { create: false } }).home).toBeNull();
    });

    const besides = { env: {}, labels: {}, pids: 1 };
    const args = { names, person: {}, swarm: { registry: "lab:5000", constraints: [], encrypted: false } };

    it.each<[string, object, string]>([
        ["an argument that nobody knows", { devices: [] }, "serviceBody: unknown arguments of a server: devices"],
        [
            "a volume, which would be another on each node",
            { volumes: [{ volumeName: "team", containerPath: "/team" }] },
            "serviceBody: team would be another volume on each node",
        ],
        [
            "a file system in memory of any size",
            { tmpfs: { "/tmp": "rw" } },
            "serviceBody: no size of what is in memory at /tmp",
        ],
    ])("is not made of %s", (_, definition, message) => {
        expect(() => serviceBody(definition as Definition, besides, args)).toThrow(message);
    });
});
