import fc from "fast-check";

/**
 * Property tests take the same cases in every run: whether a change is right must not depend on chance. `MOLVA_TEST_SEED=random` takes others each time,
 * `MOLVA_TEST_SEED=<n>` those of a run that failed.
 */
const told = process.env["MOLVA_TEST_SEED"] ?? "20261123";
if (told !== "random") {
  if (!/^-?\d+$/.test(told)) throw new Error(`MOLVA_TEST_SEED=${told}: write a whole number, or random.`);
  fc.configureGlobal({ seed: Number(told) });
}
