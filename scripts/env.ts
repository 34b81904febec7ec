import type { Command } from "./lib/command";
import { pulumiEnvironment } from "./lib/environment";

const help = `
npm run --silent env

Prints the variables by which plain \`pulumi\` works on this checkout as \`npm run pulumi\` does. In your shell:

  eval "$(npm run --silent env)"
  pulumi preview --stack dev
`;

export const command: Command = {
    help,
    async run() {
        for (const [name, value] of Object.entries(await pulumiEnvironment())) {
            console.log(`export ${name}='${value.replace(/'/g, "'\\''")}'`);
        }
    },
};
