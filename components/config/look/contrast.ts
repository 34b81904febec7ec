/** How well a text can be read on a colour, as WCAG 2 counts it. Pure. */

/** Of text that is no headline (WCAG 2, AA). */
export const LEAST = 4.5;

/** `#f37524` or `#fff`. */
export const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** A colour in its long form, in small letters. */
export function longHex(color: string): string {
    const digits = color.slice(1).toLowerCase();
    return `#${digits.length === 3 ? [...digits].map(digit => digit + digit).join("") : digits}`;
}

function luminance(color: string): number {
    const [red, green, blue] = [1, 3, 5]
        .map(at => parseInt(longHex(color).slice(at, at + 2), 16) / 255)
        .map(value => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1 (the same) to 21 (black on white). */
export function contrast(one: string, other: string): number {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
}

/** White where it can be read, else black, which then can be. */
export function readableOn(color: string): string {
    return contrast(color, "#ffffff") >= LEAST ? "#ffffff" : "#000000";
}

/** Rounded down: 4.499 is not 4.5. */
export const shownContrast = (ratio: number) => `${(Math.floor(ratio * 100) / 100).toFixed(2)}:1`;
