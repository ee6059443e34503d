import {
  brandIdSchema,
  instantOf,
  millisOf,
  type AlertNumbers,
  type Incident,
  type IncidentAnswer,
} from "@molva/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advance,
  dangerIn,
  INCIDENT_RULES,
  learnedThreshold,
  runWatch,
  simulate,
  WATCH_START,
  WATCH_STEP_MS,
  type Circumstances,
  type Signal,
  type WatchStep,
} from "../src/index.ts";

const START = Date.UTC(2026, 8, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BRAND = brandIdSchema.parse("aurora");

const about = (now: number, changes: Partial<Circumstances> = {}): Circumstances => ({
  brandId: BRAND,
  now: instantOf(now),
  zone: "UTC",
  rules: INCIDENT_RULES,
  answers: [],
  planned: [],
  ...changes,
});

const NUMBERS: AlertNumbers = {
  hours: 6,
  observed: 18,
  expected: 6,
  n: 40,
  originals: 12,
  share: null,
  usualShare: null,
  shareChange: null,
  level: null,
  before: null,
  strength: 1.6,
  thresholds: {},
};

const signal = (at: number, changes: Partial<Signal> = {}): Signal => ({
  kind: "negative-spike",
  topic: null,
  source: null,
  active: true,
  opens: true,
  since: instantOf(at - 6 * HOUR),
  at: instantOf(at),
  numbers: NUMBERS,
  mentions: [],
  reach: 0,
  safety: 0,
  law: 0,
  ...changes,
});

const observed = (count: number): Pick<Signal, "numbers"> => ({ numbers: { ...NUMBERS, observed: count } });

/** Looks one after another; returns what each said, as `event severity`. */
const looks = (
  list: readonly {
    readonly at: number;
    readonly signals: readonly Signal[];
    readonly changes?: Partial<Circumstances>;
  }[],
) => {
  let incidents: readonly Incident[] = [];
  const said = list.map(({ at, signals, changes }) => {
    const next = advance(incidents, signals, about(at, changes));
    ({ incidents } = next);
    return [
      ...next.messages.map(({ event, incident }) => `${event} ${incident.severity}`),
      ...(next.digest === null ? [] : [`digest of ${next.digest.gathers.length}`]),
    ];
  });
  return { said, incidents };
};

describe("an incident", () => {
  it("is told once when it opens, again when it doubles, and closes after calm hours", () => {
    const { said, incidents } = looks([
      { at: START, signals: [signal(START)] },
      { at: START + 60_000, signals: [signal(START)] },
      { at: START + 2 * HOUR, signals: [signal(START + 2 * HOUR, observed(30))] },
      { at: START + 4 * HOUR, signals: [signal(START + 4 * HOUR, observed(40))] },
      { at: START + 6 * HOUR, signals: [] },
      { at: START + 10 * HOUR + 1, signals: [] },
    ]);
    expect(said).toEqual([["opened warning"], [], [], ["escalated warning"], [], []]);
    expect(incidents[0]).toMatchObject({
      peak: { observed: 40 },
      messages: 2,
      lastUnusualAt: instantOf(START + 4 * HOUR),
    });
    expect(incidents[0]?.closedAt).toBe(instantOf(START + 10 * HOUR + 1));
  });

  it("is critical by size, by reach and by words of danger that three texts share, and its end is told then", () => {
    const severity = (changes: Partial<Signal>) => looks([{ at: START, signals: [signal(START, changes)] }]).said[0];
    expect(severity(observed(60))).toEqual(["opened critical"]);
    expect(severity({ reach: 200_000 })).toEqual(["opened critical"]);
    expect(severity({ safety: 3 })).toEqual(["opened critical"]);
    expect(severity({ law: 2 })).toEqual(["opened warning"]);
    const { said } = looks([
      { at: START, signals: [signal(START, { safety: 3 })] },
      { at: START + 7 * HOUR, signals: [] },
    ]);
    expect(said).toEqual([["opened critical"], ["closed critical"]]);
  });

  it("takes what comes with it into its own thread: topics and volume are not told beside it", () => {
    const { said, incidents } = looks([
      {
        at: START,
        signals: [
          signal(START, { kind: "volume-spike" }),
          signal(START, { kind: "topic-surge", topic: "delivery" }),
          signal(START),
        ],
      },
    ]);
    expect(said).toEqual([["opened warning"]]);
    const [host] = incidents.filter(({ kind }) => kind === "negative-spike");
    expect(incidents.filter(({ joins }) => joins === host?.id).map(({ kind, held }) => [kind, held])).toEqual([
      ["volume-spike", "inhibited"],
      ["topic-surge", "inhibited"],
    ]);
  });

  it("beyond two warnings a week waits for the digest, unless it is critical", () => {
    const day = (n: number) => START + n * DAY + 12 * HOUR;
    const topic = (n: number, name: string, more: Partial<Signal> = {}) => ({
      at: day(n),
      signals: [signal(day(n), { kind: "topic-surge", topic: name, ...more })],
    });
    const { said } = looks([
      topic(0, "a"),
      topic(1, "b"),
      topic(2, "c"),
      { at: day(2) + HOUR, signals: [] },
      { at: day(2) + 21 * HOUR, signals: [] },
      { at: day(2) + 22 * HOUR, signals: [] },
      topic(4, "d", { law: 5 }),
      topic(8, "e"),
    ]);
    expect(said).toEqual([
      ["opened warning"],
      ["opened warning"],
      [],
      [],
      ["digest of 1"],
      [],
      ["opened critical"],
      ["closed critical", "opened warning"],
    ]);
  });

  it("in quiet hours of the brand's zone waits for their end, unless it is critical", () => {
    const rules = { ...INCIDENT_RULES, quiet: { from: 22, to: 8 } };
    const night = START + 20 * HOUR; // 23:00 in Moscow
    const quiet = { rules, zone: "Europe/Moscow" };
    const { said } = looks([
      { at: night, signals: [signal(night)], changes: quiet },
      { at: night + 2 * HOUR, signals: [signal(night + 2 * HOUR)], changes: quiet },
      { at: night + 9 * HOUR, signals: [], changes: quiet },
      { at: night + 10 * HOUR, signals: [], changes: quiet },
    ]);
    expect(said).toEqual([[], [], ["digest of 1"], []]);
    expect(looks([{ at: night, signals: [signal(night, { safety: 4 })], changes: quiet }]).said).toEqual([
      ["opened critical"],
    ]);
    const grown = looks([
      { at: night, signals: [signal(night)], changes: quiet },
      { at: night + HOUR, signals: [signal(night + HOUR, { safety: 4 })], changes: quiet },
    ]);
    expect(grown.said).toEqual([[], ["opened critical"]]);
  });

  it("that is planned tells nobody, or is more severe; one that is muted says no more", () => {
    const plan = {
      id: "p",
      brandId: null,
      from: instantOf(START - HOUR),
      to: instantOf(START + HOUR),
      why: "launch",
      by: "olga",
    };
    const planned = (effect: "silence" | "raise") =>
      looks([{ at: START, signals: [signal(START)], changes: { planned: [{ ...plan, effect }] } }]).said[0];
    expect([planned("silence"), planned("raise")]).toEqual([[], ["opened critical"]]);
    const first = advance([], [signal(START)], about(START));
    const mute = {
      incidentId: first.incidents[0]?.id ?? "",
      answer: "mute" as const,
      by: "olga",
      at: instantOf(START),
      note: null,
    };
    const later = START + 2 * HOUR;
    const next = advance(first.incidents, [signal(later, observed(400))], about(later, { answers: [mute] }));
    expect(next.messages).toEqual([]);
  });

  it("asks for more after answers that it was not useful, and for less after those that it was", () => {
    const answer = (kind: "useful" | "not-useful"): IncidentAnswer => ({
      incidentId: "x",
      answer: kind,
      by: "olga",
      at: instantOf(START),
      note: null,
    });
    const now = instantOf(START + DAY);
    expect(learnedThreshold([], now)).toBe(1);
    expect(learnedThreshold([answer("useful")], now)).toBe(1);
    expect(learnedThreshold([answer("not-useful"), answer("not-useful")], now)).toBeCloseTo(1.3225);
    expect(
      learnedThreshold(
        Array.from({ length: 30 }, () => answer("not-useful")),
        now,
      ),
    ).toBe(2);
    const weak = signal(START, { numbers: { ...NUMBERS, strength: 1.2 } });
    const answers = [answer("not-useful"), answer("not-useful")];
    expect(advance([], [weak], about(START + 1, { answers })).incidents[0]?.held).toBe("budget");
    expect(learnedThreshold(answers, instantOf(START + 200 * DAY))).toBe(1);
  });

  it("has the same id whoever decides it, some minutes earlier or later", () => {
    const ids = [0, 60_000, HOUR].map(
      (later) => advance([], [signal(START + HOUR + later)], about(START + HOUR + later)).incidents[0]?.id,
    );
    expect(new Set(ids).size).toBe(1);
    expect(advance([], [signal(START + 13 * HOUR)], about(START + 13 * HOUR)).incidents[0]?.id).not.toBe(ids[0]);
  });

  it("tells of itself at most as often as its messages are apart, whatever the signals", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            minutes: fc.integer({ min: 1, max: 400 }),
            count: fc.integer({ min: 0, max: 500 }),
            on: fc.boolean(),
          }),
          {
            maxLength: 60,
          },
        ),
        (list) => {
          let at = START;
          let incidents: readonly Incident[] = [];
          const told = new Map<string, number>();
          for (const { minutes, count, on } of list) {
            at += minutes * 60_000;
            const next = advance(incidents, on ? [signal(at, observed(count))] : [], about(at));
            ({ incidents } = next);
            for (const { incident, event } of next.messages) {
              const before = told.get(incident.id);
              if (before !== undefined && event === "escalated") expect(at - before).toBeGreaterThanOrEqual(HOUR);
              told.set(incident.id, at);
            }
            expect(incidents.filter(({ closedAt }) => closedAt === null).length).toBeLessThanOrEqual(1);
            expect(new Set(incidents.map(({ id }) => id)).size).toBe(incidents.length);
          }
        },
      ),
    );
  });
});

/** A year's generator: the same numbers for the same seed. */
const random = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
};

const poisson = (mean: number, next: () => number): number => {
  const limit = Math.exp(-mean);
  let product = next();
  let count = 0;
  while (product > limit) {
    product *= next();
    count += 1;
  }
  return count;
};

/** Steps of a brand of `perDay` mentions, a fifth negative; between the two hours negative ones are `times` as many. */
const history = (
  days: number,
  perDay: number,
  spike: { readonly from: number; readonly to: number; readonly times: number } | null,
) => {
  const next = random(7);
  return Array.from({ length: days * 96 }, (_, i): WatchStep => {
    const at = START + i * WATCH_STEP_MS;
    const mean = perDay / 96;
    const raised = spike !== null && at >= spike.from && at < spike.to ? spike.times : 1;
    const negative = poisson(mean * 0.2 * raised, next);
    const rest = poisson(mean * 0.8, next);
    return {
      from: instantOf(at),
      negative,
      n: negative + rest,
      originals: negative,
      mentions: negative + rest,
      topics: { delivery: { negative, n: negative, originals: negative } },
    };
  });
};

describe("the watch over a brand", () => {
  const spike = { from: START + 20 * DAY, to: START + 20 * DAY + 6 * HOUR, times: 12 };
  const steps = history(24, 200, spike);

  it("tells of a planted spike once, in its first hours, and of nothing else in weeks", () => {
    const { messages } = simulate(steps, instantOf(START), about(START));
    const told = messages.filter(({ event }) => event === "opened");
    expect(told.map(({ incident }) => incident.kind)).toEqual(["negative-spike"]);
    const at = millisOf(told[0]?.incident.openedAt ?? instantOf(0));
    expect(at).toBeGreaterThan(spike.from);
    expect(at).toBeLessThan(spike.from + 2 * HOUR);
  });

  it("looks again at the hours that mentions may still come for, and keeps what is before", () => {
    const now = spike.from + 3 * HOUR;
    const look = (state: typeof WATCH_START, from: number, to: number) =>
      runWatch({
        state,
        steps: steps.filter((step) => millisOf(step.from) >= from && millisOf(step.from) < to),
        now: instantOf(to),
        keepUntil: instantOf(to - 6 * HOUR),
        freshFrom: instantOf(to - 6 * HOUR),
      });
    const whole = look(WATCH_START, START, now);
    const before = look(WATCH_START, START, now - 2 * HOUR);
    const resumed = look(before.kept, now - 8 * HOUR, now);
    expect(resumed.kept).toEqual(whole.kept);
    expect(resumed.unusual.map(({ finding }) => finding.kind)).toEqual(
      whole.unusual.map(({ finding }) => finding.kind),
    );
    expect(whole.unusual.some(({ opening, active }) => opening !== null && active)).toBe(true);
  });

  it("says nothing of a spike that is older than what is fresh: an import is no news", () => {
    const later = runWatch({
      state: WATCH_START,
      steps,
      now: instantOf(START + 24 * DAY),
      keepUntil: instantOf(START + 24 * DAY - 6 * HOUR),
      freshFrom: instantOf(START + 24 * DAY - 6 * HOUR),
    });
    expect(later.unusual.filter(({ opening }) => opening !== null)).toEqual([]);
  });

  it("sees a spike in a step that has not ended", () => {
    const cut = steps.findIndex((step) => millisOf(step.from) >= spike.from + HOUR);
    const now = instantOf(millisOf(steps[cut]?.from ?? instantOf(0)) + 300_000);
    const looked = runWatch({
      state: WATCH_START,
      steps: steps.slice(0, cut + 1),
      now,
      keepUntil: instantOf(spike.from - 6 * HOUR),
      freshFrom: instantOf(millisOf(now) - 6 * HOUR),
    });
    expect(looked.latest[0]?.at).toBe(now);
    expect(looked.unusual.map(({ finding }) => finding.kind)).toContain("negative-spike");
  });
});

describe("words of danger", () => {
  const danger = dangerIn({ safety: ["mould"], law: [] });
  it.each([
    ["My son was taken to hospital after your yoghurt", true, false],
    ["Всей семьёй отравились, скорая приехала ночью", true, false],
    ["I will see you in court, my lawyer has the letter", false, true],
    ["Подаю в суд и в Роспотребнадзор", false, true],
    ["There was mould under the lid", true, false],
    ["Great phone, terrible delivery", false, false],
    ["Судя по отзывам, всё хорошо", false, false],
  ])("%s", (text, safety, law) => {
    expect(danger({ title: null, text })).toEqual({ safety, law });
  });

  it("are refused when they cannot be read", () => {
    expect(() => dangerIn({ safety: ['"open'], law: [] })).toThrow(RangeError);
  });
});
