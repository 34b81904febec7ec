/** How many random cases: some hundred with the unit tests, FUZZ_RUNS of each by `npm run test:fuzz`. */
export const runs = (few: number) => Number(process.env.FUZZ_RUNS ?? few);
