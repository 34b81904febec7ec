/** Whom this project is measured beside: what they are given is the same. */
import { composeFile } from "../../../bench/contenders/composeFile";
import { definitionsOf, renamed } from "../../../bench/contenders/definitions";

const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});
const exported = JSON.stringify({
    deployment: {
        resources: [
            { type: "pulumi:pulumi:Stack" },
            {
                type: "docker:index/network:Network",
                inputs: {
                    __defaults: ["ipamDriver"],
                    ipamDriver: "default",
                    name: "dev-i7k9-people",
                    driver: "bridge",
                    internal: false,
                    ipamConfigs: [{ subnet: "10.0.0.0/24" }],
                    options: { "com.docker.network.bridge.name": "br" },
                    labels: [{ __defaults: [], label: "a", value: "i7k9" }],
                },
            },
            {
                type: "docker:index/container:Container",
                inputs: {
                    __defaults: ["attach"],
                    attach: false,
                    name: "dev-i7k9-proxy",
                    image: "proxy:1",
                    networkMode: "bridge",
                    networksAdvanced: [{ __defaults: [], name: "dev-i7k9-people", ipv4Address: "10.0.0.2" }],
                    envs: secret(["TOKEN=x$y"]),
                    ports: [
                        { __defaults: ["protocol"], internal: 8000, external: 8000, ip: "127.0.0.1", protocol: "tcp" },
                    ],
                    tmpfs: { "/tmp": "" },
                    memory: 512,
                    memorySwap: 512,
                    capabilities: { drops: ["ALL"] },
                },
            },
            { type: "docker:index/container:Container", inputs: { name: "dev-i7k9-guard", networkMode: "host" } },
            {
                type: "docker:index/container:Container",
                inputs: {
                    name: "dev-i7k9-u-ada",
                    image: "notebook:1",
                    start: false,
                    mustRun: false,
                    networkMode: "dev-i7k9-people",
                    volumes: [{ __defaults: [], volumeName: "dev-i7k9-home-ada", containerPath: "/home/jovyan" }],
                    healthcheck: { tests: ["NONE"] },
                    stopTimeout: 10,
                },
            },
        ],
    },
});

it("what is deployed is read from Pulumi's state, without what only one can have", () => {
    expect(definitionsOf(exported)).toEqual({
        networks: [
            { name: "dev-i7k9-people", driver: "bridge", internal: false, labels: [{ label: "a", value: "i7k9" }] },
        ],
        containers: [
            {
                name: "dev-i7k9-proxy",
                image: "proxy:1",
                networkMode: "bridge",
                networksAdvanced: [{ name: "dev-i7k9-people" }],
                envs: ["TOKEN=x$y"],
                ports: [{ internal: 8000, external: 8000, ip: "127.0.0.1" }],
                tmpfs: { "/tmp": "" },
                memory: 512,
                memorySwap: 512,
                capabilities: { drops: ["ALL"] },
            },
            {
                name: "dev-i7k9-u-ada",
                image: "notebook:1",
                start: false,
                mustRun: false,
                networkMode: "dev-i7k9-people",
                volumes: [{ volumeName: "dev-i7k9-home-ada", containerPath: "/home/jovyan" }],
                healthcheck: { tests: ["NONE"] },
                stopTimeout: 10,
            },
        ],
    });
});

describe("Docker Compose's file", () => {
    const definitions = renamed(
        definitionsOf(exported),
        { stack: "dev", instance: "i7k9", port: 8000 },
        { stack: "t1", instance: "b2", port: 9000 },
    );

    it("has the same under other names", () => {
        expect(composeFile(definitions)).toEqual({
            file: {
                networks: {
                    "t1-b2-people": { name: "t1-b2-people", driver: "bridge", internal: false, labels: { a: "b2" } },
                },
                volumes: { "t1-b2-home-ada": { name: "t1-b2-home-ada" } },
                services: {
                    "t1-b2-proxy": {
                        container_name: "t1-b2-proxy",
                        image: "proxy:1",
                        pull_policy: "never",
                        environment: ["TOKEN=x$$y"],
                        labels: {},
                        logging: {},
                        cap_drop: ["ALL"],
                        mem_limit: "512m",
                        memswap_limit: "512m",
                        networks: { "t1-b2-people": {} },
                        ports: ["127.0.0.1:9000:8000"],
                        tmpfs: ["/tmp"],
                    },
                    "t1-b2-u-ada": {
                        container_name: "t1-b2-u-ada",
                        image: "notebook:1",
                        pull_policy: "never",
                        labels: {},
                        logging: {},
                        stop_grace_period: "10s",
                        healthcheck: { disable: true },
                        networks: { "t1-b2-people": {} },
                        volumes: [
                            { type: "volume", source: "t1-b2-home-ada", target: "/home/jovyan", read_only: false },
                        ],
                    },
                },
            },
            running: ["t1-b2-proxy"],
        });
    });

    it("is refused where it would not be the same", () => {
        expect(() =>
            composeFile({ networks: [], containers: [{ name: "x", image: "y", networkMode: "none", uploads: [] }] }),
        ).toThrow("x: bench/contenders/composeFile.ts does not know uploads");
    });
});
