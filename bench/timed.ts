/** @returns the seconds that something takes */
export async function timed(action: () => Promise<void>): Promise<number> {
    const began = performance.now();
    await action();
    return (performance.now() - began) / 1000;
}
