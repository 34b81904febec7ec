/** What hub and proxy are told of `look`. Pure. */
import { longHex, readableOn } from "./contrast";
import type { LookSection } from "./schema";

/** JupyterHub's orange, dark enough for white text. */
const ACCENT = "#b34700";

/** Keys as images/hub reads them. The logo comes beside it: it is too long for one variable. */
export function lookSettings(look: LookSection): Record<string, unknown> {
    const { name, logo, colors, announcement, help, language } = look;
    const accent = longHex(colors?.accent ?? ACCENT);
    return {
        name,
        logo: logo === undefined ? "" : logo.toLowerCase().endsWith(".svg") ? "svg" : "png",
        accent,
        accentText: longHex(colors?.accentText ?? readableOn(accent)),
        announcement: announcement === undefined ? null : { text: announcement.text, link: announcement.link ?? null },
        help: help ?? null,
        language,
    };
}
