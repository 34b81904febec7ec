/** Where numbers for Prometheus are answered. The hub has its own at hub/metrics, for whoever has a token. Pure. */
import type { z } from "zod";
import type { Problem } from "./messages";
import { addressAndPort, section } from "./fields";
import { parseListen, type Listen } from "./values";

export const metricsSection = section({
    proxy: addressAndPort("127.0.0.1:9100")
        .optional()
        .describe(
            "where the proxy's numbers are answered, at /metrics, to everybody who comes; nowhere where it is left out",
        ),
});

export interface MetricsSettings {
    proxy?: Listen;
}

export function metricsSettings({ proxy }: z.infer<typeof metricsSection>): MetricsSettings {
    return proxy === undefined ? {} : { proxy: parseListen(proxy) };
}

/** What only shows beside the other addresses. @param listen where people come to the hub */
export function metricsProblems(raw: unknown, listen: unknown): Problem[] {
    const parsed = metricsSection.safeParse(raw ?? {});
    const proxy = parsed.success ? metricsSettings(parsed.data).proxy : undefined;
    const people = typeof listen === "string" ? parseListen(listen) : undefined;
    const meet =
        proxy !== undefined &&
        people !== undefined &&
        proxy.port === people.port &&
        (proxy.ip === people.ip || [proxy.ip, people.ip].includes("0.0.0.0"));
    return meet ? [{ path: "metrics.proxy", message: "is where the hub listens already" }] : [];
}
