/** Asks for what the options of `new` leave open. */
import { didYouMean } from "../../components/config";
import { ask } from "../terminal/ask";
import { progress } from "../terminal/command";
import { type Choices, HOMES, isDomain, LOGINS, MEANING, type NewPerson, readPeople, SPAWNING } from "./choices";
import { UserError } from "../../components/errors";

export type Given = Partial<Omit<Choices, "stack" | "port">>;

type Answers = Omit<Choices, "stack" | "port">;

/** What is taken where nobody asks or answers: as little as a first hub needs. */
const USUAL = { login: "password", homes: "volume", spawning: "declared" } as const;

/** With everything that is not given. Pure. */
export function withDefaults(given: Given): Answers {
    const login = given.login ?? USUAL.login;
    const anonymous = login === "anonymous";
    const homes = given.homes ?? (anonymous ? "temporary" : USUAL.homes);
    return {
        login,
        homes,
        spawning: given.spawning ?? (anonymous ? "dynamic" : USUAL.spawning),
        ...(given.domain === undefined ? {} : { domain: given.domain }),
        people: given.people ?? [],
    };
}

/** Asks one after the other on the terminal. Enter takes the first answer. */
export async function askFor(given: Given): Promise<Answers> {
    const login = given.login ?? (await choose("How do people log in?", LOGINS));
    const usual = withDefaults({ ...given, login });
    if (login === "anonymous") {
        return { ...usual, ...(await domainOf(given, login)) };
    }
    const spawning = given.spawning ?? (await choose("Who has a server?", SPAWNING));
    const homes = given.homes ?? (await choose("Where are homes?", HOMES));
    const people = given.people ?? (await peopleOf(homes === "host"));
    return { ...usual, spawning, homes, people, ...(await domainOf(given, login)) };
}

async function domainOf({ domain }: Given, login: Answers["login"]): Promise<Pick<Answers, "domain">> {
    if (domain !== undefined || login === "dummy") {
        return domain === undefined ? {} : { domain };
    }
    return again(async () => {
        const answer = await ask(
            "Its name in the internet, such as hub.example.org (Enter: this machine alone): ",
            NOBODY,
        );
        if (answer !== "" && !isDomain(answer)) {
            throw new UserError(`${answer} is no such name.`);
        }
        return answer === "" ? {} : { domain: answer };
    });
}

async function peopleOf(host: boolean): Promise<NewPerson[]> {
    const form = host ? "accounts of this machine, or NAME:UID:GID" : "names";
    return again(async () => readPeople(await ask(`Who? ${form}, with commas between; the first is admin: `, NOBODY)));
}

const NOBODY = "Without a terminal, say it by options; see: npm run new -- --help";

async function choose<const Choice extends keyof typeof MEANING>(
    question: string,
    choices: readonly Choice[],
): Promise<Choice> {
    const width = Math.max(...choices.map(({ length }) => length));
    progress([question, ...choices.map((one, i) => `  ${i + 1}  ${one.padEnd(width)}  ${MEANING[one]}`)].join("\n"));
    return again(async () => {
        const answer = (await ask(`Number or word [${choices[0]}]: `, NOBODY)).toLowerCase();
        const found = answer === "" ? choices[0] : (choices[Number(answer) - 1] ?? choices.find(one => one === answer));
        if (found === undefined) {
            throw new UserError(`${answer} is none of them${didYouMean(answer, choices) || "."}`);
        }
        return found;
    });
}

/** Until the answer is one. Without a terminal `ask` ends it. */
async function again<T>(question: () => Promise<T>): Promise<T> {
    for (;;) {
        try {
            return await question();
        } catch (error) {
            if (!(error instanceof UserError) || error.message === NOBODY) {
                throw error;
            }
            progress(error.message);
        }
    }
}
