import { Docker, type Result } from "../../../../components/host/client";

const CUT_OFF = 'error during connect: Get "http://docker.example.com/v1.50/version": write |1: broken pipe';
const NO_NAME = "ssh: Could not resolve hostname nowhere.invalid: Name or service not known";

/** @param answers of the docker command, one after the other @returns what is said, after how many questions */
async function asking(...answers: Partial<Result>[]): Promise<[said: string, questions: number]> {
    const docker = new Docker({ host: "ssh://keeper@nowhere.invalid" });
    const run = jest.spyOn(docker, "run");
    answers.forEach(answer => run.mockResolvedValueOnce({ code: 1, stdout: "", stderr: "", ...answer }));
    const said = await docker.ask(["version"]).catch((error: Error) => error.message);
    return [said, run.mock.calls.length];
}

describe("a question over ssh that was cut off before ssh could say why", () => {
    it("is asked again", async () => {
        const [said, questions] = await asking({ stderr: CUT_OFF }, { stderr: NO_NAME });
        expect(said).toContain("there is no machine of the name nowhere.invalid");
        expect(questions).toBe(2);
        expect(await asking({ stderr: CUT_OFF }, { code: 0, stdout: "28.5" })).toEqual(["28.5", 2]);
    });

    it("is not asked for ever", async () => {
        const [said, questions] = await asking(...Array<Partial<Result>>(9).fill({ stderr: CUT_OFF }));
        expect(said).toContain("Docker does not answer at ssh://keeper@nowhere.invalid");
        expect(questions).toBe(5);
    });
});
