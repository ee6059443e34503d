export { postOnce, type Post, type PostAnswer } from "./post.ts";
export { checkSignature, signatureOf } from "./signature.ts";
