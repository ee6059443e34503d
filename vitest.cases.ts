import fc from "fast-check";

/**
 * Property tests take the same cases in every run: whether a change is right must not depend on chance. `MOLVA_TEST_SEED=random` takes others each time,
 * `MOLVA_TEST_SEED=<n>` those of a run that failed.
 */
const told = process.env["MOLVA_TEST_SEED"] ?? "";
if (told !== "random") fc.configureGlobal({ seed: told === "" ? 20_261_123 : Number(told) });
