/** Options of `kick` and `drain`: why, and how long before. */
import { durationInSeconds } from "../../components/config";
import { UserError } from "../../components/errors";

export const MESSAGE = { needs: "what people are to read.", read: (text: string) => text.trim() };

export const NOTICE = {
    needs: "a duration, such as 5m.",
    read: (text: string): number => {
        const seconds = durationInSeconds(text);
        if (seconds === undefined) {
            throw new UserError(`--in ${text} is no duration; write it like 30s, 5m or 1h.`);
        }
        return seconds;
    },
};
