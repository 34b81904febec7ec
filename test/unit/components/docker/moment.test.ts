import { momentOf } from "../../../../components/docker/moment";

const CONTAINERS = ["0a1b", "2c3d"];

it("gives one thing one incarnation, and another thing or an earlier one of its name another", () => {
    const incarnation = momentOf(CONTAINERS).incarnationOf("person ada");
    expect(incarnation).toMatch(/^[0-9a-f]{16}$/);
    expect(momentOf(["2c3d", "0a1b"]).incarnationOf("person ada")).toBe(incarnation);
    expect(momentOf(CONTAINERS).incarnationOf("person grace")).not.toBe(incarnation);
    expect(momentOf(["0a1b", "4e5f"]).incarnationOf("person ada")).not.toBe(incarnation);
});

it("gives none of a stack's that was destroyed to the one after it", () => {
    const moment = momentOf([]);
    expect(moment.incarnationOf("person ada")).toBe(moment.incarnationOf("person ada"));
    expect(momentOf([]).incarnationOf("person ada")).not.toBe(moment.incarnationOf("person ada"));
});
