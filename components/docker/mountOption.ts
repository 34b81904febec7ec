/** The value of docker's `--mount`, which is read as a line of comma-separated values. */
export function mountOption(fields: readonly string[]): string {
    return fields.map(field => (/[",]/.test(field) ? `"${field.replace(/"/g, '""')}"` : field)).join(",");
}
