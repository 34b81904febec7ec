import type { Command } from "./lib/command";
import { pulumiEnv } from "./lib/environment";
import { inherit } from "./lib/process";

const help = `
npm run pulumi -- ARGUMENTS

The pinned Pulumi with this checkout's state, passphrase and plugins.

  npm run pulumi -- preview --stack dev
  npm run pulumi -- stack output passwords --show-secrets --stack dev
  npm run pulumi -- help

Plain \`pulumi\` in your own shell does the same after: eval "$(npm run --silent env)"
`;

export const command: Command = {
    help,
    passThrough: true,
    async run(args) {
        return inherit("pulumi", args, await pulumiEnv());
    },
};
