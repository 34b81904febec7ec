import { UserError } from "../../components/errors/userError";
import { noMore, type Command } from "../terminal/command";
import { deployedStack } from "../pulumi/deployed";
import { kick, kickOptions, listed, release } from "../docker/kick";

export const command: Command = {
    async run(args) {
        const {
            message,
            notice,
            rest: [name, ...others],
        } = kickOptions(args);
        if (name === undefined || name.startsWith("-")) {
            throw new UserError("drain needs a stack: npm run drain -- STACK");
        }
        noMore(
            "drain",
            others.filter(one => one !== "--end"),
        );
        const { docker, names, containers } = await deployedStack(name);
        if (others.includes("--end")) {
            console.log(
                (await release(docker, names.hub))
                    ? "People can start servers again."
                    : "People could start servers already.",
            );
            return;
        }
        const stopped = await kick({ docker, hub: names.hub, containers, message, notice });
        console.log(
            `Stopped: ${listed(stopped)}\nNobody can start a server until \`npm run up -- ${name}\`, or ` +
                `\`npm run drain -- ${name} --end\`.`,
        );
    },
};
