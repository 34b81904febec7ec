/** What people's servers may need at most, beside what the Docker host has. */
import { memoryWarning } from "../../../../components/preflight/memoryWarning";
import { read } from "../../../support/unit/config";

const DYNAMIC = { spawning: "dynamic", authentication: { type: "dummy" } };
const HOST = 10 * 1024;
const warning = (config: Record<string, unknown>, host: number | undefined = HOST) => memoryWarning(read(config), host);
const MORE = "and the Docker host has 10.0G: if all use theirs at once, the machine runs out of memory.";
const BOUND = " hub.activeServers sets how many run at once.";
const people = (count: number, fields: object = {}) =>
    Array.from({ length: count }, (_, i) => ({ name: `p${i}`, ...fields }));

it("counts everybody who is listed and not blocked", () => {
    expect(warning({ users: people(10) })).toBeUndefined();
    expect(warning({ users: people(11) })).toBe(`The memory limits of 11 people sum up to 11.0G, ${MORE}`);
    expect(warning({ users: people(11), blockedUsers: ["P0"] })).toBeUndefined();
    expect(memoryWarning(read({ users: people(99) }), undefined)).toBeUndefined();
});

it("counts as many servers as may run at once, the largest", () => {
    const users = [...people(9), { name: "large", memory: "8G" }];
    expect(warning({ users, hub: { activeServers: 3 } })).toBeUndefined();
    expect(warning({ users, hub: { activeServers: 4 } })).toBe(
        `The memory limits of the 4 largest servers, as many as may run at once (hub.activeServers), sum up to 11.0G, ${MORE}`,
    );
    expect(warning({ users, hub: { activeServers: 10 } })).toBe(
        `The memory limits of 10 people sum up to 17.0G, ${MORE}`,
    );
});

it("counts whoever may come besides, up to the launcher's limit or the hub's", () => {
    const config = { ...DYNAMIC, users: ["ada"], allow: "all" };
    const many = (count: number, key: string) =>
        `The memory limits of the ${count} largest servers, as many as may run at once (${key}), sum up to ${count}.0G, ${MORE}`;
    expect(warning(config)).toBe(many(1000, "launcher.servers") + BOUND);
    expect(warning({ ...config, launcher: { servers: 11 } })).toBe(many(11, "launcher.servers") + BOUND);
    expect(warning({ ...config, hub: { activeServers: 12 } })).toBe(many(12, "hub.activeServers"));
    expect(warning({ ...config, hub: { activeServers: 10 } })).toBeUndefined();
    const visits = { spawning: "dynamic", users: [], authentication: { type: "anonymous" }, storage: "none" };
    expect(warning(visits)).toBe(many(20, "hub.activeServers"));
});

it("counts further servers", () => {
    const config = { ...DYNAMIC, users: people(3), namedServers: 3 };
    expect(warning(config)).toBe(`The memory limits of 3 people's 12 servers sum up to 12.0G, ${MORE}${BOUND}`);
    expect(warning({ ...config, namedServers: 2 })).toBeUndefined();
});

it("takes the largest profile that somebody may take, not the one that is preselected", () => {
    const profiles = { small: { default: true }, large: { memory: "8G", groups: ["lab"] } };
    const config = { ...DYNAMIC, users: [...people(2), { name: "ada", groups: ["lab"] }], profiles };
    expect(warning(config)).toBeUndefined();
    const grace = { name: "grace", groups: ["lab"] };
    expect(warning({ ...config, users: [...config.users, grace] })).toBe(
        `The memory limits of 4 people with the largest profiles that may be taken sum up to 18.0G, ${MORE}${BOUND}`,
    );
});

it("takes a profile with GPUs only as often as there are GPUs for it", () => {
    const profiles = { small: {}, gpu: { gpus: 2, memory: "4G" } };
    const config = { ...DYNAMIC, users: people(5), profiles };
    expect(warning({ ...config, gpus: [0, 1, 2] })).toBeUndefined();
    expect(warning({ ...config, gpus: [0, 1, 2, 3] })).toBe(
        "The memory limits of 5 people with the largest profiles that may be taken and that there are GPUs for sum " +
            `up to 11.0G, ${MORE}${BOUND}`,
    );
    const lab = [...people(3), { name: "ada", groups: ["lab"] }];
    const two = { small: {}, gpu: { gpus: 1, memory: "4G" }, lab: { gpus: 2, memory: "9G", groups: ["lab"] } };
    expect(warning({ ...DYNAMIC, users: lab, profiles: two, gpus: [0, 1] })).toMatch("sum up to 12.0G");
    // Whom a GPU makes no larger, none is counted for.
    const users = [...people(1, { groups: ["all"] }), ...people(5).slice(1)];
    const both = { small: { groups: ["all"], gpus: 2 }, plain: {}, large: { groups: ["all"], gpus: 2, memory: "7G" } };
    expect(warning({ ...DYNAMIC, users, profiles: both, gpus: [0, 1] })).toMatch("sum up to 11.0G");
    expect(warning({ ...DYNAMIC, users, profiles: both, gpus: [0, 1], hub: { activeServers: 4 } })).toBeUndefined();
    const own = people(2, { gpus: 1, memory: "6G" });
    expect(warning({ ...DYNAMIC, users: own, gpus: [0] }, 11 * 1024)).toBeUndefined();
    expect(warning({ ...DYNAMIC, users: own }, 11 * 1024)).toMatch("The memory limits of 2 people sum up to 12.0G");
});
