/** Containers as `docker inspect` prints them. */
import type { InspectedContainer } from "../../components/host/inventory";

export function inspected(
    name: string,
    Status = "running",
    health = "",
    { checks = [], test }: { checks?: readonly string[]; test?: string[] } = {},
): InspectedContainer {
    const Log = checks.map(Output => ({ Output }));
    return {
        Id: `id-of-${name}`,
        Name: `/${name}`,
        RestartCount: 3,
        State: { Status, ...(health === "" ? {} : { Health: { Status: health, Log } }) },
        Config: { Image: "image:1", ...(test === undefined ? {} : { Healthcheck: { Test: test } }) },
        HostConfig: { Memory: 0 },
        NetworkSettings: { Networks: {}, Ports: {} },
    };
}
