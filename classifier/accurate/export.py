"""Writes FOLDER/LANGUAGE.pt as ONNX with weights in bytes: `export.py FOLDER en|ru OUT`.

The graph is written by hand, with ONNX Runtime's own operators. Inputs `ids`, `segments`, `real` (int32, texts × tokens), output `scores` (texts × 3).
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

WIDTH = 384
HEADS = 12
EPSILON = 1e-12
BLOCK = 128
CONTRIB = "com.microsoft"


class Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.count = 0

    def constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, inputs: list[str], domain: str = "", **attributes) -> str:
        self.count += 1
        out = f"t{self.count}"
        self.nodes.append(helper.make_node(kind, inputs, [out], domain=domain, **attributes))
        return out

    def rows_in_bytes(self, name: str, values: np.ndarray) -> tuple[str, str]:
        scale = np.maximum(np.abs(values).max(1, keepdims=True) / 127, 1e-9).astype(np.float32)
        return (
            self.constant(f"{name}.bytes", np.round(values / scale).astype(np.int8)),
            self.constant(f"{name}.scale", scale),
        )

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """x · Wᵀ + b. Weights and sums in bytes with a scale for each BLOCK of a row, so that a text's scores do not depend on its neighbours."""
        rows, columns = weight.shape
        blocks = weight.reshape(rows, columns // BLOCK, BLOCK)
        scale = np.maximum(np.abs(blocks).max(2) / 127, 1e-9).astype(np.float32)
        codes = (np.round(blocks / scale[:, :, None]) + 128).astype(np.uint8)
        inputs = [x, self.constant(f"{name}.weight", codes), self.constant(f"{name}.scale", scale.reshape(-1))]
        return self.add(
            "MatMulNBits",
            [*inputs, "", "", self.constant(f"{name}.bias", bias)],
            CONTRIB,
            K=columns,
            N=rows,
            bits=8,
            block_size=BLOCK,
            accuracy_level=4,
        )


def build(saved: dict) -> onnx.ModelProto:
    state = {name: values.float().numpy() for name, values in saved["state"].items()}
    g = Graph()
    words, scale = g.rows_in_bytes("word", state["word.weight"])
    x = g.add("Mul", [g.add("Cast", [g.add("Gather", [words, "ids"])], to=TensorProto.FLOAT), g.add("Gather", [scale, "ids"])])
    # Places: 0, 1, 2 … as many as tokens.
    length = g.add("Gather", [g.add("Shape", ["ids"]), g.constant("one", np.array([1], np.int64))], axis=0)
    places = g.add(
        "Slice",
        [g.constant("position", state["position.weight"]), g.constant("zero", np.array([0], np.int64)), length, g.constant("axis", np.array([0], np.int64))],
    )
    x = g.add("Add", [g.add("Add", [x, places]), g.add("Gather", [g.constant("segment", state["segment.weight"]), "segments"])])
    x = g.add(
        "LayerNormalization",
        [x, g.constant("norm.weight", state["norm.weight"]), g.constant("norm.bias", state["norm.bias"])],
        axis=-1,
        epsilon=EPSILON,
    )
    for layer in range(saved["layers"]):
        p = f"layers.{layer}."
        q, k, v = (g.linear(x, p + part, state[f"{p}{part}.weight"], state[f"{p}{part}.bias"]) for part in "qkv")
        y = g.add("MultiHeadAttention", [q, k, v, "", "real"], CONTRIB, num_heads=HEADS)
        y = g.linear(y, p + "o", state[p + "o.weight"], state[p + "o.bias"])

        def norm(a: str, b: str, which: str) -> str:
            return g.add(
                "SkipLayerNormalization",
                [a, b, g.constant(f"{p}{which}.weight", state[f"{p}{which}.weight"]), g.constant(f"{p}{which}.bias", state[f"{p}{which}.bias"])],
                CONTRIB,
                epsilon=EPSILON,
            )

        x = norm(y, x, "norm1")
        y = g.add("Gelu", [g.linear(x, p + "up", state[p + "up.weight"], state[p + "up.bias"])], CONTRIB)
        x = norm(g.linear(y, p + "down", state[p + "down.weight"], state[p + "down.bias"]), x, "norm2")
    weight = g.add("Unsqueeze", [g.add("Cast", ["real"], to=TensorProto.FLOAT), g.constant("last", np.array([-1], np.int64))])
    second = g.constant("second", np.array([1], np.int64))
    total = g.add("ReduceSum", [g.add("Mul", [x, weight]), second], keepdims=0)
    mean = g.add("Div", [total, g.add("ReduceSum", [weight, second], keepdims=0)])
    g.nodes.append(
        helper.make_node(
            "Gemm",
            [mean, g.constant("head.weight", state["head.weight"]), g.constant("head.bias", state["head.bias"])],
            ["scores"],
            transB=1,
        )
    )
    shape = ["texts", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "segments", "real")]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["texts", 3])]
    graph = helper.make_graph(g.nodes, "molva", inputs, outputs, g.constants)
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(CONTRIB, 1)], ir_version=8
    )


def main(folder: Path, language: str, out: Path) -> None:
    saved = torch.load(folder / f"{language}.pt", weights_only=True)
    model = build(saved)
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"{language}.onnx"
    file.write_bytes(model.SerializeToString())
    (out / f"{language}.shape.json").write_text(json.dumps({"layers": saved["layers"]}) + "\n")
    print(file.name, file.stat().st_size, "bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
