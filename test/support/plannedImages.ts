/** A stack's images by name, for Docker daemons that are given them and need not build them. */
import { readSettings } from "../../components/config/settings";
import { planImages } from "../../components/image/plan";

export type Images = Record<"hub" | "proxy" | "gate" | "guard" | "notebook", string>;

/** What the images of a usual stack are called. */
export function plannedImages(): Images {
    const all = { "jupyterhub:users": ["ada"], "jupyterhub:rootSecret": "x".repeat(64) };
    const { hub, proxy, gate, guard, notebooks } = planImages(
        readSettings("test", all, new Set(["jupyterhub:rootSecret"])),
    );
    return {
        hub: hub.reference,
        proxy: proxy.reference,
        gate: gate.reference,
        guard: guard?.reference as string,
        notebook: notebooks.default.reference,
    };
}

/** A section of the config that builds none of them. @param ofGate another way to the gate's image */
export function givenImages({ hub, proxy, gate, guard, notebook }: Images, ofGate = `{pull: "${gate}"}`): string {
    return [
        "jupyterhub:images:",
        `  hub: {pull: "${hub}"}`,
        `  proxy: {pull: "${proxy}"}`,
        `  gate: ${ofGate}`,
        `  guard: {pull: "${guard}"}`,
        `  notebooks: {default: {pull: "${notebook}"}}`,
    ].join("\n");
}
