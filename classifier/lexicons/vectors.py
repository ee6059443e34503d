"""What each word says by itself, by the transformer's origin: `vectors.py FOLDER ACCURATE en|ru`. Writes FOLDER/LANGUAGE.values.json.

Each word is read alone by the encoder as it came, before any fine-tuning; a logistic regression on the mean vector of a training text's
words then gives each word its part of the three scores. A word that stands in few texts or in none gets what words of like meaning say.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "accurate"))
from encoder import WIDTH, from_origin  # noqa: E402

LAYERS = [0, 1, 2, 3, 4, 5]
PULL = 3e-5
TOGETHER = 512


def encoded(model, ids: list[list[int]]) -> np.ndarray:
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = np.zeros((len(ids), WIDTH), np.float32)
    at = 0
    with torch.inference_mode():
        while at < len(order):
            size = len(ids[order[at]])
            chosen = [i for i in order[at : at + TOGETHER] if len(ids[i]) == size]
            at += len(chosen)
            x = torch.tensor([ids[i] for i in chosen])
            out[chosen] = model.pooled(x, torch.zeros_like(x), torch.ones_like(x, dtype=torch.bool)).float().numpy()
    return out


def regression(x: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor) -> np.ndarray:
    slopes = torch.zeros(x.shape[1], 3, requires_grad=True)
    bias = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.LBFGS([slopes, bias], max_iter=60, history_size=10, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        value = (torch.nn.functional.cross_entropy(x @ slopes + bias, labels, reduction="none") * weights).sum()
        value = value + PULL * (slopes * slopes).sum()
        value.backward()
        return value

    optimizer.step(loss)
    return slopes.detach().numpy()


def main() -> None:
    folder, accurate, language = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    torch.set_num_threads(1)
    words = json.loads((folder / f"{language}.words.json").read_text())
    rows = json.loads((folder / f"{language}.rows.json").read_text())
    kept = json.loads((accurate / f"{language}.kept.json").read_text())
    model = from_origin(np.load(accurate / f"{language}.origin.npz"), kept, LAYERS, 128).eval().bfloat16()
    vectors = encoded(model, [ids for _, ids in words])
    often = np.bincount(np.concatenate([np.array(row[2], np.int64) for row in rows]), minlength=len(words)) > 5
    vectors = (vectors - vectors[often].mean(0)) / (vectors[often].std(0) + 1e-6)
    means = np.stack([vectors[row[2]].mean(0) if row[2] else np.zeros(WIDTH, np.float32) for row in rows])
    weights = np.array([row[1] for row in rows], np.float32)
    slopes = regression(
        torch.from_numpy(means.astype(np.float32)),
        torch.tensor([row[0] for row in rows]),
        torch.from_numpy(weights / weights.sum()),
    )
    negative, neutral, positive = (vectors @ slopes).T
    # How good it is, and how much it says at all; spread by a third, cut at one.
    said = [positive - negative, (positive + negative) / 2 - neutral]
    out = [np.clip(s / (3 * np.sqrt((s * s).mean())), -1, 1) for s in said]
    (folder / f"{language}.values.json").write_text(json.dumps(np.round(np.stack(out, 1).astype(float), 3).tolist()))
    print(language, len(words), "words")


main()
