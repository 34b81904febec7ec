/** Random choices that are the same again for the same seed (mulberry32: small, and good enough to choose with). */
export class Random {
    private state: number;

    constructor(readonly seed: number) {
        this.state = seed >>> 0;
    }

    /** A whole number from 0 on. */
    below(limit: number): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = this.state;
        mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    }

    between(least: number, most: number): number {
        return least + this.below(most - least + 1);
    }

    pick<T>(list: readonly T[]): T {
        return list[this.below(list.length)];
    }

    /** So many of them, in any order. */
    some<T>(list: readonly T[], count: number): T[] {
        const left = [...list];
        return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]);
    }
}
