/** Images on an engine where Pulumi's plugin cannot build. test/deploy/surroundings/buildx.test.ts has the rest. */
import { missingBuilds, refuseMissingBuilds } from "../../../../components/preflight/buildKit";
import type { ImagePlan } from "../../../../components/image/plan";
import { readSettings } from "../../../../components/config/settings";
import { buildProxies, buildxArguments } from "../../../../scripts/docker/buildx";

const built = (reference: string, on?: ImagePlan): ImagePlan => ({
    reference,
    build: {
        context: `/images/${reference}`,
        buildArgs: { BASE: on?.reference ?? "debian" },
        hash: "1",
        ...(on === undefined ? {} : { on }),
    },
});
const low = built("low:1");
const plans: ImagePlan[] = [
    built("high:1", built("middle:1", low)),
    low,
    { reference: "pulled:1" },
    built("other:1", low),
];
const names = (...present: string[]) => missingBuilds(plans, new Set(present)).map(({ reference }) => reference);

it("what is missing is built once, each after what it is built on", () => {
    expect(names()).toEqual(["low:1", "middle:1", "high:1", "other:1"]);
    expect(names("low:1")).toEqual(["middle:1", "high:1", "other:1"]);
    expect(names("high:1", "other:1")).toEqual(["low:1", "middle:1"]); // Pulumi has those too.
    expect(names("high:1", "middle:1", "low:1", "other:1")).toEqual([]);
});

it("plain Pulumi refuses what it would look for in vain, and nothing else", () => {
    const refuse =
        (...present: string[]) =>
        () =>
            refuseMissingBuilds(plans, new Set(present), { host: "unix:///x" }, "course");
    expect(refuse("high:1", "middle:1", "low:1")).toThrow(
        "other:1: not built yet, and Pulumi's docker plugin cannot: Docker at unix:///x has no /session any " +
            "more.\nnpm run up -- course builds them by docker buildx first.",
    );
    expect(refuse("high:1", "middle:1", "low:1", "other:1")).not.toThrow();
});

it("a build gets what Pulumi's plugin would give it, from the engine's own builder", () => {
    expect(buildxArguments(low, ".ca/bundle.pem", ["http_proxy=http://p"]).join(" ")).toBe(
        "buildx build --builder default --load --provenance=false --progress plain --secret " +
            "id=ca,src=.ca/bundle.pem --tag low:1 --build-arg http_proxy=http://p --build-arg BASE=debian " +
            "/images/low:1",
    );
});

it("a proxy's password is not among the arguments, which everybody on the machine can read", () => {
    const settings = (network: object) =>
        readSettings(
            "test",
            {
                "jupyterhub:rootSecret": "0123456789abcdef0123456789abcdef",
                "jupyterhub:users": ["ada"],
                "jupyterhub:network": network,
            },
            new Set(["jupyterhub:rootSecret"]),
        );
    const proxied = settings({ httpProxy: "http://proxy:3128" });
    expect(buildProxies(settings({}))).toEqual({ args: [], env: {} });
    expect(buildProxies(proxied).args).toContain("http_proxy=http://proxy:3128");
    const { args, env } = buildProxies(proxied, "ada:secret");
    expect(args).toEqual(["http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY"]);
    expect(env.http_proxy).toContain("ada:secret@proxy:3128");
});
