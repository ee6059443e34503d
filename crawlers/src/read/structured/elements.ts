import { isTag, type Element, type ParentNode } from "domhandler";

export const childElements = (parent: ParentNode): readonly Element[] => parent.children.filter(isTag);
