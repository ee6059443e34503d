/** `+12.3`, `−4.0` with a real minus sign, `0.0`: one decimal, as on every screen. */
export const signedPercent = (value: number): string => {
  const digits = Math.abs(value).toFixed(1);
  if (Number(digits) === 0) return digits;
  return `${value > 0 ? "+" : "−"}${digits}`;
};
