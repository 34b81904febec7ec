/** Names of groups. Pure. */
import { text } from "../fields";

export const groupName = text("a group's name").refine(name => /^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,59}$/u.test(name), {
    error: "a group's name has 1 to 60 letters, digits, . _ -",
});
