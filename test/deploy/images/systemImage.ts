/** What a system person's image has of this project's other one: locales, and a limit of what is opened. */
import type { Arrived } from "../../support/deploy/arrive";

interface Inside {
    step: (title: string, act: () => Promise<void>) => void;
    ada: () => Arrived;
    inside: (script: string) => string;
}

const GERMAN = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.format_string('%.2f', 1234.5, True))";

/** Somebody's own image, built on the system image. */
export const MINE =
    'ARG BASE=images/systemuser\nFROM ${BASE}\nARG GREETING\nUSER root\nRUN echo "${GREETING}" > ' +
    "/etc/greeting\nUSER 65534\n";

export function ofSystemImage({ step, ada, inside }: Inside): void {
    step("a locale that the image was given is there, and the image's own does not hide what is set", async () => {
        expect(await ada().kernel.run(GERMAN)).toBe("1.234,50\n");
        // LANG alone is enough.
        expect(inside(`unset LC_ALL; LANG=de_DE.UTF-8 python -c "${GERMAN}"`)).toBe("1.234,50");
        expect(inside("unset LC_ALL; locale | grep -c C.UTF-8")).not.toBe("0");
    });

    step("a system person's server refuses what is too large as well", async () => {
        const { client, token } = ada();
        inside("truncate -s 33M ~/large.bin");
        const answer = await client.withToken(token, client.server("api/contents/large.bin"));
        expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining("the limit is 32 MiB")]);
    });
}
