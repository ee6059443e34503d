/** What may stand inside an element: text becomes a text node, so nothing from outside is ever markup. */
export type Child = Node | string | null | false;

interface Attributes {
  readonly [name: string]: string | number | boolean | null | ((event: Event) => void);
}

const SVG = "http://www.w3.org/2000/svg";

const fill = <E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false));
  return element;
};

/** A function among the attributes is a listener for the event of that name; `null` and `false` leave the attribute out. */
export const el = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] => fill(document.createElement(tag), attributes, children);

export const svg = <K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): SVGElementTagNameMap[K] => fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id: string): HTMLElement => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element ${id}`);
  return found;
};

const painted = new WeakMap<Element, string>();

/**
 * Fills a box anew when what it shows has changed, and leaves it alone otherwise: an open list, a selection and the
 * focus survive a refresh. `data-focus` names what to give the focus back to.
 */
export const paint = (box: Element, shown: unknown, build: () => readonly Child[]): void => {
  const key = JSON.stringify(shown);
  if (painted.get(box) === key) return;
  painted.set(box, key);
  const focused =
    document.activeElement instanceof HTMLElement && box.contains(document.activeElement)
      ? (document.activeElement.dataset["focus"] ?? null)
      : null;
  box.replaceChildren(...build().filter((child) => child !== null && child !== false));
  if (focused === null) return;
  for (const candidate of box.querySelectorAll<HTMLElement>("[data-focus]"))
    if (candidate.dataset["focus"] === focused) candidate.focus();
};

/** The address when a person may be sent there, else null: `javascript:` and its like are no addresses. */
export const webAddress = (address: string | null): URL | null => {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === "https:" || url.protocol === "http:" ? url : null;
};
