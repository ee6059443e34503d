import { expect, it } from "vitest";
import { encodeFrame, readFrames, replyFrame } from "../src/daemon/frames.ts";

const stream = async function* (chunks: readonly Uint8Array[]) {
  for (const chunk of chunks) yield chunk;
};

it("reads frames however the bytes were cut, also within a letter", async () => {
  const bytes = Buffer.from(encodeFrame({ type: "out", text: "Заря\n" }) + encodeFrame({ type: "exit", code: 3 }));
  for (let at = 1; at < bytes.length; at += 1) {
    const frames = [];
    for await (const frame of readFrames(stream([bytes.subarray(0, at), bytes.subarray(at)]), replyFrame))
      frames.push(frame);
    expect(frames).toEqual([
      { type: "out", text: "Заря\n" },
      { type: "exit", code: 3 },
    ]);
  }
});

it.each(["not json\n", '{"type":"exit","code":"0"}\n', '{"type":"format disk"}\n'])(
  "refuses %j and says what to do",
  async (line) => {
    const reading = async () => {
      for await (const _ of readFrames(stream([Buffer.from(line)]), replyFrame));
    };
    await expect(reading()).rejects.toThrow(/does not speak Molva's frames/);
  },
);

it("takes a line without its end for a broken connection, not for a frame", async () => {
  const frames = [];
  for await (const frame of readFrames(stream([Buffer.from('{"type":"exit","code":0}')]), replyFrame))
    frames.push(frame);
  expect(frames).toEqual([]);
});
