/** Which time zones there are. Pure. */
import { IANAZone } from "luxon";
import { didYouMean } from "../messages";

/** Node's list has one name for each zone, and not its older and newer ones (Asia/Calcutta, but not Asia/Kolkata). */
const LISTED = Intl.supportedValuesOf("timeZone");

/** Names as IANA writes them. Node takes any case, the hub's tzdata does not; and Node takes `+02:00`. */
const SPELLING = /^[A-Z][A-Za-z0-9]*([-+_/][A-Za-z0-9]+)*$/;

/** IANA's names of three letters. Node takes 25 others, such as PST and IST, that the hub does not know. */
const THREE_LETTERS = "CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET".split(" ");

/** Node alone knows these as well. */
const NOT_IANAS = /^(SystemV\/.*|US\/Pacific-New|Canada\/East-Saskatchewan)$/;

/** What is wrong with the name of a zone, or undefined. */
export function zoneProblem(zone: string): string | undefined {
    const listed = LISTED.find(one => one.toLowerCase() === zone.toLowerCase());
    const isRight = listed === undefined ? isOtherName(zone) : listed === zone;
    return isRight
        ? undefined
        : `there is no time zone ${JSON.stringify(zone)}${didYouMean(zone, LISTED) || "; write it like Europe/Berlin"}`;
}

function isOtherName(zone: string): boolean {
    const isIanas = (zone.length !== 3 || THREE_LETTERS.includes(zone)) && !NOT_IANAS.test(zone);
    return isIanas && SPELLING.test(zone) && IANAZone.isValidZone(zone);
}
