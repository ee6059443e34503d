import { GraphGradientMode } from "@grafana/schema";
import { BY_SIGN, fixed } from "./field.ts";
import { ORANGE } from "./palette.ts";
import type { RateSeries } from "./panels.ts";
import type { Words } from "./words.ts";

/** The line is blue above zero and orange below. */
const signed = {
  color: { mode: "thresholds" },
  thresholds: BY_SIGN,
  "custom.gradientMode": GraphGradientMode.Scheme,
};

export const nsrSeries = (words: Words): RateSeries => ({
  value: "nsr",
  lowBase: "nsr_low_base",
  low: "low",
  high: "high",
  title: words.fields.nsr,
  interval: words.fields.interval,
  color: signed,
  min: -100,
  max: 100,
});

export const polarSeries = (words: Words): RateSeries => ({
  value: "polar",
  lowBase: "polar_low_base",
  low: "polar_low",
  high: "polar_high",
  title: words.fields.polar,
  interval: words.fields.polarInterval,
  color: signed,
  min: -100,
  max: 100,
});

export const shareSeries = (words: Words): RateSeries => ({
  value: "share",
  lowBase: "share_low_base",
  low: "share_low",
  high: "share_high",
  title: words.fields.share,
  interval: words.fields.shareInterval,
  color: { color: fixed(ORANGE) },
  min: 0,
  max: 100,
});
