/** Options of several commands: why, how long before, how often. */
import { durationInSeconds } from "../../components/config";
import { UserError } from "../../components/errors";

export const MESSAGE = { needs: "what people are to read.", read: (text: string) => text.trim() };

export const NOTICE = { needs: "a duration, such as 5m.", read: durationOf("--in") };

export const EVERY = {
    needs: "a duration, such as 10s.",
    read: (text: string): number => Math.max(1, durationOf("--every")(text)),
};

export const WAIT = { needs: "a duration, such as 30m.", read: durationOf("--wait") };

/** How often a timer looks: one that is never at rest keeps people from their own commands. */
export const PERIOD = {
    needs: "a duration, such as 5m.",
    read: (text: string): number => Math.max(60, durationOf("--every")(text)),
};

function durationOf(flag: string): (text: string) => number {
    return text => {
        const seconds = durationInSeconds(text);
        if (seconds === undefined) {
            throw new UserError(`${flag} ${text} is not a duration; write it like 30s, 5m or 1h.`);
        }
        return seconds;
    };
}
