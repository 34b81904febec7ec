import { didYouMean } from "../../components/config/messages";
import { normaliseName } from "../../components/config/values";
import { UserError } from "../../components/errors/userError";
import { noMore, type Command } from "../terminal/command";
import { deployedStack } from "../pulumi/deployed";
import { kick, kickOptions, listed } from "../docker/kick";

export const command: Command = {
    async run(args) {
        const {
            message,
            notice,
            rest: [name, ...given],
        } = kickOptions(args);
        if (name === undefined || given.length === 0) {
            throw new UserError("kick needs a stack and people's names: npm run kick -- STACK NAME…");
        }
        noMore(
            "kick",
            given.filter(one => one.startsWith("-")),
        );
        const { docker, names, containers } = await deployedStack(name);
        const people = given.map(normaliseName);
        const unknown = people.filter(person => !containers.has(person));
        if (unknown.length > 0) {
            throw new UserError(
                unknown
                    .map(
                        person =>
                            `"${person}" is not in the stack "${name}" as it is ` +
                            `deployed${didYouMean(person, [...containers.keys()]) || "."}`,
                    )
                    .join("\n"),
            );
        }
        const stopped = await kick({ docker, hub: names.hub, containers, names: people, message, notice });
        const idle = people.filter(person => !stopped.includes(person));
        console.log(`Stopped: ${listed(stopped)}${idle.length === 0 ? "" : `\nNot running: ${idle.join(", ")}`}`);
    },
};
