/** What is wrong with the pool of GPUs, and with who wants some of it. Pure. */
import { formatPath, type Problem } from "../messages";
import type { Sections } from "../sections";
import { winner } from "../users/layers";
import { listedIn, type PeopleConfig } from "../users/person";
import type { ServerFields } from "../users/schema";
import { normaliseName } from "../values";

/** @param isGiven whether the file has a pool, be it a wrong one */
export function poolProblems(sections: Sections, config: PeopleConfig, isGiven: boolean): Problem[] {
    const { gpus: pool, spawning } = sections;
    if (pool === undefined) {
        return isGiven ? [] : withoutPool(config);
    }
    return [
        ...pool.flatMap((gpu, i) =>
            pool.indexOf(gpu) < i ? [{ path: `gpus[${i}]`, message: `GPU ${gpu} is there twice` }] : [],
        ),
        ...placesOf(sections, config).flatMap(([path, wish]) => wishProblems(path, wish, pool)),
        ...(spawning === "declared" ? shortage(config, pool) : []),
    ];
}

function withoutPool({ profiles = [] }: PeopleConfig): Problem[] {
    return profiles
        .filter(([, { gpus }]) => gpus !== undefined)
        .map(([slug]) => ({
            path: formatPath(["profiles", slug, "gpus"]),
            message: 'takes GPUs of a pool, and there is none: add which there are, as jupyterhub:gpus: ["0", "1"]',
        }));
}

/** Everywhere that asks for GPUs. */
function placesOf({ parts }: Sections, { profiles = [] }: PeopleConfig) {
    const places: [at: (string | number)[], fields: Pick<Partial<ServerFields>, "gpus">][] = [
        [["defaults"], parts.defaults],
        ...parts.groups.map(([name, fields]): [string[], typeof fields] => [["groups", name], fields]),
        ...parts.users.map((fields, i): [(string | number)[], typeof fields] => [["users", i], fields]),
        ...profiles.map(([slug, { gpus }]): [string[], { gpus?: number }] => [["profiles", slug], { gpus }]),
    ];
    return places.flatMap(([at, { gpus }]) => (gpus === undefined ? [] : [[[...at, "gpus"], gpus] as const]));
}

function wishProblems(at: readonly (string | number)[], wish: number | string[], pool: readonly string[]): Problem[] {
    if (typeof wish === "number") {
        return wish <= pool.length
            ? []
            : [{ path: formatPath(at), message: `${wish} are more than there are in the pool (gpus: ${pool.length})` }];
    }
    return wish
        .filter(gpu => pool.includes(gpu))
        .map(gpu => ({
            path: formatPath(at),
            message:
                `GPU ${gpu} is in the pool too (gpus[${pool.indexOf(gpu)}]), which others take it from: write how many, ` +
                "or take it out of the pool",
        }));
}

/** Where each has theirs for good, there have to be enough for all. */
function shortage(config: PeopleConfig, { length: all }: readonly string[]): Problem[] {
    let left = all;
    return listedIn(config).flatMap(({ user, index, layers }) => {
        const { value: wish, from } = winner(layers, "gpus") ?? {};
        if (typeof wish !== "number" || wish > all) {
            return [];
        }
        if (wish > left) {
            const path = formatPath([...(from?.at ?? ["users", index]), "gpus"]);
            const name = normaliseName(user.name);
            const rest = left === 0 ? "none" : left;
            return [
                {
                    path,
                    message: `${name} wants ${wish}; of the ${all} of the pool (gpus) those listed before leave ${rest}`,
                },
            ];
        }
        left -= wish;
        return [];
    });
}
