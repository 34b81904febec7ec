export function clipped(failures: string): string;
