/** Stack files that could be right. */
import fc from "fast-check";
import { stringify } from "yaml";
import { ADDRESSES, hostileTexts, IMAGES, NAMES, PATHS, SHELL } from "../hostile/texts";
import { anyCharacter } from "../anyCharacter";

/** Mostly left out: among files with many hostile values none would be let through. */
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const person = fc.record({
    name: fc.oneof(
        fc.constantFrom(...NAMES),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[a-z][a-z0-9 ._@+-]{0,20}[a-z]$/),
    ),
    admin: rarely(fc.boolean()),
    login: rarely(fc.constantFrom(...hostileTexts)),
    kind: fc.constantFrom(undefined, "plain", "system", "system"),
    env: rarely(
        fc.dictionary(
            fc.constantFrom("A", "PS4", "BASH_ENV", "TERM", "PYTHONSTARTUP"),
            fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: anyCharacter })),
            { maxKeys: 2 },
        ),
    ),
    groups: rarely(fc.array(fc.constantFrom("staff", "ü", "_x", "$(id)", "__proto__"), { maxLength: 1 })),
    gpus: rarely(fc.constantFrom(1, ["0"], ["GPU-a/b"], ["a b"])),
    umask: rarely(fc.constantFrom("0027", "027", "999")),
});
const folder = fc.oneof(
    fc.constantFrom(...PATHS),
    fc.constantFrom(...SHELL).map(text => `/srv/${text}`),
    fc.string({ unit: "grapheme", maxLength: 12 }).map(text => `/srv/${text}`),
);
const mount = fc.oneof(
    fc.record({ host: folder, path: fc.constant("/data"), readOnly: fc.boolean() }),
    fc.record({ volume: fc.constantFrom("team", "a.b", "-a", "a/b"), path: folder }),
);
const format = folder.map(text => (text.includes("{") ? text : `${text}/{username}`));
/** People and their surroundings of hostile values, of which some are legal: names, paths, formats, variables. */
export const plausible = fc
    .record({
        users: fc
            .array(person, { minLength: 1, maxLength: 2 })
            .map(users =>
                users.map((user, i) => (user.kind === "system" ? { ...user, uid: 2000 + i, gid: 2000 } : user)),
            ),
        defaults: rarely(fc.record({ mounts: fc.array(mount, { maxLength: 1 }) })),
        homes: fc.oneof(fc.constant(undefined), fc.record({ hostFormat: format }), fc.record({ imageFormat: format })),
        images: rarely(
            fc.record({
                hub: fc.oneof(
                    fc.record({ pip: fc.array(fc.constantFrom(...IMAGES), { maxLength: 1 }) }),
                    fc.record({
                        args: fc.dictionary(
                            fc.constantFrom("A", "BASE", "http_proxy"),
                            fc.constantFrom(...hostileTexts),
                            { maxKeys: 1 },
                        ),
                    }),
                ),
            }),
        ),
        docker: rarely(
            fc.oneof(
                fc.record({
                    host: fc.constantFrom(...ADDRESSES, "ssh://lab", "ssh://a.b@10.0.0.1:2222", "unix:///run/a b.sock"),
                }),
                fc.record({ socket: folder }),
            ),
        ),
        network: rarely(
            fc.record({
                httpProxy: fc.constant("http://proxy.example:3128"),
                noProxy: fc.array(fc.constantFrom(...ADDRESSES), { maxLength: 1 }),
                dnsSearch: fc.array(fc.constantFrom("lab.example", "$(id)", "-a"), { maxLength: 1 }),
            }),
        ),
        hub: rarely(
            fc.oneof(
                fc.record({ extraConfig: fc.constantFrom(...SHELL.map(text => `x = ${JSON.stringify(text)}`)) }),
                fc.record({ templates: fc.constantFrom("branding", "../x", "/etc", "stacks") }),
            ),
        ),
        storage: fc.constantFrom(undefined, "volume", "none"),
    })
    .map(config =>
        stringify({
            config: Object.fromEntries(
                Object.entries(config)
                    .filter(([, given]) => given !== undefined)
                    .map(([key, given]) => [`jupyterhub:${key}`, given]),
            ),
        }),
    );
