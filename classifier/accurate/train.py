"""Fine-tunes one language's encoder on what prepare.ts wrote: `train.py FOLDER en|ru`. Writes FOLDER/LANGUAGE.pt.

On two cores that multiply 16-bit floats (AMX) some fifteen minutes a language; on others an hour or two.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from encoder import from_origin

PLACES = 128

SETTINGS = {
    "en": {"layers": [0, 1, 2, 3, 4, 5], "rate": 1.4e-4, "epochs": 3, "frozen": 0, "others": 0.5},
    "ru": {"layers": [0, 1, 2, 3, 4, 5], "rate": 1.8e-4, "epochs": 3, "frozen": 0, "others": 0.6},
}
SEED = 20261122
# Main sets are read whole each time, of the others a share; of their long texts, which cost most of the time, a third of it.
LONG = 80
MAIN = ("tweeteval", "sentirueval")


def drawn(rows: list[dict], others: float, shuffle: random.Random) -> list[int]:
    def share(row: dict) -> float:
        return 1 if row["set"] in MAIN else others * (1 if len(row["ids"]) < LONG else 1 / 3)

    return [i for i, row in enumerate(rows) if shuffle.random() < share(row)]


def rows_of(file: Path) -> list[dict]:
    with file.open() as lines:
        return [json.loads(line) for line in lines]


def batches(rows: list[dict], order: list[int], tokens: int, shuffle: random.Random | None) -> list[list[int]]:
    """Texts of like length together, so that little is filled up; batches in any order."""
    if shuffle is None:
        order.sort(key=lambda i: len(rows[i]["ids"]))
    else:
        order.sort(key=lambda i: len(rows[i]["ids"]) + shuffle.random() * 6)
    out, batch, longest = [], [], 0
    for i in order:
        longest = max(longest, len(rows[i]["ids"]))
        if batch and longest * (len(batch) + 1) > tokens:
            out.append(batch)
            batch, longest = [], len(rows[i]["ids"])
        batch.append(i)
    out.append(batch)
    if shuffle is not None:
        shuffle.shuffle(out)
    return out


def tensors(rows: list[dict], chosen: list[int]):
    longest = max(len(rows[i]["ids"]) for i in chosen)
    ids = np.zeros((len(chosen), longest), np.int64)
    segments = np.zeros_like(ids)
    real = np.zeros(ids.shape, bool)
    for at, i in enumerate(chosen):
        size, tail = len(rows[i]["ids"]), rows[i]["tail"]
        ids[at, :size] = rows[i]["ids"]
        real[at, :size] = True
        if tail:
            segments[at, size - tail : size] = 1
    return torch.from_numpy(ids), torch.from_numpy(segments), torch.from_numpy(real)


def predict(model, rows: list[dict]) -> np.ndarray:
    model.eval()
    scores = np.zeros((len(rows), 3), np.float32)
    with torch.inference_mode():
        for chosen in batches(rows, list(range(len(rows))), 8192, None):
            scores[chosen] = model(*tensors(rows, chosen)).float().numpy()
    return scores


def recalls(scores: np.ndarray, rows: list[dict]) -> str:
    """By set: macro-averaged recall in percent, on the texts kept from fitting."""
    by: dict[str, list[tuple[int, int]]] = {}
    for row, given in zip(rows, scores.argmax(1)):
        by.setdefault(row["set"], []).append((row["label"], int(given)))
    out = []
    for name, pairs in sorted(by.items()):
        per = [[g == c for t, g in pairs if t == c] for c in range(3)]
        out.append(f"{name} {100 * np.mean([np.mean(p) for p in per if p]):.1f}")
    return ", ".join(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("language", choices=["en", "ru"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--layers")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--steps", type=int, default=10**9, help="stop after so many steps: to try the speed")
    parser.add_argument("--name")
    parser.add_argument("--resume", help="goes on from this file's weights, for --steps more, from --from-share of the rate down to nothing")
    parser.add_argument("--from-share", type=float, default=0.7)
    parser.add_argument("--average", help="writes the mean of these files' weights, told with commas: checkpoints of one line of training")
    told = parser.parse_args()
    if told.average:
        files = [torch.load(told.folder / name, weights_only=True) for name in told.average.split(",")]
        mean = {n: torch.stack([file["state"][n].float() for file in files]).mean(0) for n in files[0]["state"]}
        torch.save({**files[0], "state": mean}, told.folder / f"{told.name or told.language}.pt")
        return
    settings = SETTINGS[told.language]
    layers = [int(i) for i in told.layers.split(",")] if told.layers else settings["layers"]
    epochs = told.epochs or settings["epochs"]
    rate = told.rate or settings["rate"]
    torch.set_num_threads(told.threads)
    torch.manual_seed(SEED)
    shuffle = random.Random(SEED + (1 if told.resume else 0))
    every = rows_of(told.folder / f"{told.language}.train.jsonl")
    rows = [row for row in every if not row["held"]]
    held = [row for row in every if row["held"]]
    kept = json.loads((told.folder / f"{told.language}.kept.json").read_text())
    model = from_origin(np.load(told.folder / f"{told.language}.origin.npz"), kept, layers, PLACES)

    if told.resume:
        model.load_state_dict(torch.load(told.folder / told.resume, weights_only=True)["state"])

    def group(name: str) -> tuple[float, float]:
        """Lower layers learn more slowly; norms and biases are not pulled to zero."""
        depth = int(name.split(".")[1]) + 1 if name.startswith("layers.") else (len(layers) + 1 if name.startswith("head") else 0)
        decay = 0.0 if name.endswith("bias") or "norm" in name else 0.01
        return rate * 0.9 ** (len(layers) + 1 - depth) * (5 if name.startswith("head") else 1), decay

    # Sums are made in 16 bits, weights are kept in 32.
    masters = [(n, p.detach().clone().requires_grad_()) for n, p in model.named_parameters()]
    model.bfloat16()
    # What words mean stays as the origin has it (and the lowest layers, where settings say so): no way back to pay for.
    frozen = ("word.", "position.", "segment.", "norm.") + tuple(f"layers.{i}." for i in range(settings["frozen"]))
    for name, copy in model.named_parameters():
        copy.requires_grad_(not name.startswith(frozen))
    trained = [(master, copy) for (_, master), copy in zip(masters, model.parameters()) if copy.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": [p], "lr": group(n)[0], "base": group(n)[0], "weight_decay": group(n)[1]} for (n, p), copy in zip(masters, model.parameters()) if copy.requires_grad],
        betas=(0.9, 0.98),
        fused=True,
    )
    plan = [batches(rows, drawn(rows, settings["others"], shuffle), 4096, shuffle) for _ in range(math.ceil(epochs))]
    if told.resume:
        plan = [plan[0][: told.steps]]
        told.steps = 10**9
    else:
        plan[-1] = plan[-1][: round(len(plan[-1]) * (epochs - math.ceil(epochs) + 1))]
    steps = sum(len(p) for p in plan)
    target = told.folder / f"{told.name or told.language}.pt"

    def saved() -> dict:
        return {"layers": len(layers), "words": len(kept), "state": {n: p.detach() for n, p in masters}}

    print(steps, "steps", flush=True)
    began, step, seen, running = time.time(), 0, 0, 0.0
    for epoch, of in enumerate(plan):
        for chosen in of:
            model.train()
            share = step / steps
            factor = min(share / 0.06, (1 - share) / 0.94 * (told.from_share if told.resume else 1))
            for each in optimizer.param_groups:
                each["lr"] = each["base"] * factor
            ids, segments, real = tensors(rows, chosen)
            labels = torch.tensor([rows[i]["label"] for i in chosen])
            weights = torch.tensor([min(rows[i]["weight"], 8.0) for i in chosen])
            scores = model(ids, segments, real)
            loss = (F.cross_entropy(scores.float(), labels, reduction="none", label_smoothing=0.05) * weights).mean()
            model.zero_grad(set_to_none=True)
            loss.backward()
            for master, copy in trained:
                master.grad = copy.grad.float()
            torch.nn.utils.clip_grad_norm_([master for master, _ in trained], 1.0)
            optimizer.step()
            with torch.no_grad():
                for master, copy in trained:
                    copy.copy_(master)
            step += 1
            seen += ids.numel()
            running += (loss.item() - running) * max(0.01, 1 / step)
            if step % 50 == 0:
                spent = time.time() - began
                print(f"{step}/{steps} loss {running:.3f} {seen / spent:.0f} tokens/s, {spent / step * (steps - step) / 60:.1f} min left", flush=True)
            if step % 150 == 0:
                torch.save(saved(), target)
            if step >= told.steps:
                return
        if not math.isfinite(running):
            raise SystemExit("the loss is not finite: lower --rate")
        print(f"epoch {epoch + 1}: {recalls(predict(model, held), held)}", flush=True)
        torch.save(saved(), target)


if __name__ == "__main__":
    main()
