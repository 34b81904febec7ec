/** The value of docker's `--mount` option, which Docker parses as a line of CSV. */
export function mountOption(fields: readonly string[]): string {
    return fields.map(field => (/[",]/.test(field) ? `"${field.replace(/"/g, '""')}"` : field)).join(",");
}
