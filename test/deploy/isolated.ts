/** A stack's instance id, by the name of one of its containers. */
export function instanceOf(container: string): string {
    return container.split("-")[1];
}
