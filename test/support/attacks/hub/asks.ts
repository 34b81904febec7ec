import type { Attack, Target } from "../attack";

export const by = "hub";

/** Something that is asked of Docker in one request. */
export function asks(
    name: string,
    request: (target: Target) => [string, string, unknown?],
    expected = "refused",
): Attack {
    return {
        by,
        name,
        expected,
        async try(target) {
            const [method, path, body] = request(target);
            return target.inHub(
                `asks('${method}', ` +
                    `'${path}'${body === undefined ? "" : `, json.loads(${JSON.stringify(JSON.stringify(body))})`})`,
            );
        },
    };
}
