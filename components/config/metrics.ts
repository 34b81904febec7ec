/** Where numbers for Prometheus are answered. The hub has its own at hub/metrics, for whoever has a token. Pure. */
import type { z } from "zod";
import type { Problem } from "./messages";
import { addressAndPort, section } from "./fields";
import { meet, type Listen } from "./values";

export const metricsSection = section({
    proxy: addressAndPort("127.0.0.1:9100")
        .optional()
        .describe(
            "where the proxy's numbers are answered, at /metrics, to everybody who comes; nowhere where it is left out",
        ),
});

/** `proxy`: where the proxy's numbers are answered; nowhere where it is left out. */
export type MetricsSettings = z.infer<typeof metricsSection>;

/** What only shows beside the other addresses. @param listen where people come to the hub */
export function metricsProblems({ proxy }: MetricsSettings = {}, listen?: Listen): Problem[] {
    return proxy !== undefined && listen !== undefined && meet(proxy, listen)
        ? [{ path: "metrics.proxy", message: "is where the hub listens already" }]
        : [];
}
