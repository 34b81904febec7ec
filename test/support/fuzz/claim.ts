export function claim(holds: boolean, otherwise: string): void {
    if (!holds) {
        throw new Error(`Not as it must be: ${otherwise.slice(0, 2000)}`);
    }
}
