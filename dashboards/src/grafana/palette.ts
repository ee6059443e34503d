/** Blue is positive and orange negative, as on the page: told apart by every kind of colour vision, and by their sign. */
export const BLUE = "#1f6fd6";
export const ORANGE = "#d9650b";
export const GREY = "#7b8694";
export const NEUTRAL = "#9aa5b3";
export const BAND = "#8fb8ee";
