/**
 * What `npm test` leaves to `npm run test:long`: cases that are alike to others, and steps that say again under other
 * circumstances what another step says.
 */
export const isLong = process.env.LONG !== undefined;

/** @param each one of each kind @param more further ones, only in the long form */
export function cases<T>(each: readonly T[], more: readonly T[]): readonly T[] {
    return isLong ? [...each, ...more] : each;
}
