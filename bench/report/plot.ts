/** Time against the number of people, as a picture (SVG). Pure. */
import type { Series } from "./growth";

const [WIDTH, HEIGHT] = [720, 420];
/** The edges of what is drawn between the axes. */
const AREA = { left: 64, right: WIDTH - 24, top: 84, bottom: HEIGHT - 52 };
/** To be told apart by those who see no colours: line and mark differ too. */
const LOOKS = [
    { colour: "#c2410c", dash: "", mark: (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="4.5"/>` },
    {
        colour: "#1d4ed8",
        dash: "7 4",
        mark: (x: number, y: number) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"/>`,
    },
    { colour: "#15803d", dash: "2 4", mark: (x: number, y: number) => `<path d="M${x} ${y - 5} l5 9 h-10 z"/>` },
];

/** @param series of at most three contenders, the sizes in ascending order. Both axes begin at 0 */
export function plot(title: string, series: Series): string {
    const points = [...series.values()].flat();
    const [across, up] = [
        ticks(Math.max(...points.map(([people]) => people))),
        ticks(Math.max(...points.map(([, seconds]) => seconds))),
    ];
    const x = (people: number) => round(AREA.left + (people / across[across.length - 1]) * (AREA.right - AREA.left));
    const y = (seconds: number) => round(AREA.bottom - (seconds / up[up.length - 1]) * (AREA.bottom - AREA.top));
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" ` +
            `height="${HEIGHT}" font-family="sans-serif" font-size="14" fill="#222">`,
        `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
        `<text x="${AREA.left}" y="28" font-size="17" font-weight="bold">${title}</text>`,
        ...up.flatMap(tick => [
            `<path d="M${AREA.left} ${y(tick)} H${AREA.right}" stroke="${tick === 0 ? "#222" : "#ddd"}"/>`,
            `<text x="${AREA.left - 10}" y="${y(tick) + 5}" text-anchor="end">${tick} s</text>`,
        ]),
        ...across.map(tick => `<text x="${x(tick)}" y="${AREA.bottom + 22}" text-anchor="middle">${tick}</text>`),
        `<text x="${(AREA.left + AREA.right) / 2}" y="${HEIGHT - 10}" text-anchor="middle">people</text>`,
        ...[...series].flatMap(([name, line], i) => {
            const { colour, dash, mark } = LOOKS[i];
            const legend = AREA.left + i * 200;
            return [
                `<g stroke="${colour}" fill="${colour}">`,
                `<path d="M${legend} 55 h32" stroke-width="2" stroke-dasharray="${dash}"/>${mark(legend + 16, 55)}`,
                `<text x="${legend + 40}" y="60" stroke="none">${name}</text>`,
                "<path " +
                    `d="${line.map(([people, seconds], j) => `${j === 0 ? "M" : "L"}${x(people)} ${y(seconds)}`).join(" ")}" ` +
                    `fill="none" stroke-width="2" stroke-dasharray="${dash}"/>`,
                ...line.map(([people, seconds]) => mark(x(people), y(seconds))),
                "</g>",
            ];
        }),
        "</svg>",
        "",
    ].join("\n");
}

/** 0 and up to five round numbers above it, the last no less than `most`. */
export function ticks(most: number): number[] {
    const power = 10 ** Math.floor(Math.log10(most / 5));
    const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(size => size * 5 >= most) as number;
    return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
