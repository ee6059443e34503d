/** Invented sayings of a delivery service's customers. */
export const BAD = [
  "Terrible delivery: the courier came two days late and was rude.",
  "Awful, the parcel arrived broken and nobody answers.",
  "Worst service ever, my order was lost and support hangs up.",
  "Very disappointed, late again and the food was cold and disgusting.",
];
export const GOOD = [
  "Great service, the courier was early and friendly.",
  "Excellent app, ordering is a pleasure and prices are fair.",
  "Wonderful support, they solved it in five minutes, thank you!",
  "Love it: fast, careful and always on time.",
];
