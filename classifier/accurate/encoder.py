"""BERT's encoder in its smallest shape: no code of the origins is needed to train it or to write it as ONNX."""

import math

import torch
from torch import nn
from torch.nn import functional as F

WIDTH = 384
HEADS = 12
INNER = 1536
EPSILON = 1e-12


class Layer(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up = nn.Linear(WIDTH, INNER)
        self.down = nn.Linear(INNER, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, EPSILON)
        self.norm2 = nn.LayerNorm(WIDTH, EPSILON)
        self.dropout = dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows, length, _ = x.shape

        def heads(y: torch.Tensor) -> torch.Tensor:
            return y.view(rows, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        # Written out: torch's own fused attention takes ten times as long backwards on a processor without a GPU.
        far = torch.matmul(heads(self.q(x)), heads(self.k(x)).transpose(-1, -2)) * (WIDTH // HEADS) ** -0.5 + mask
        y = torch.matmul(F.softmax(far, -1).to(x.dtype), heads(self.v(x)).to(x.dtype))
        y = self.o(y.transpose(1, 2).reshape(rows, length, WIDTH))
        x = self.norm1(x + y)
        y = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(y, self.dropout, self.training))


class Encoder(nn.Module):
    """Ids → three scores. The mean over all tokens, then one linear map."""

    def __init__(self, words: int, places: int, layers: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.word = nn.Embedding(words, WIDTH)
        self.position = nn.Embedding(places, WIDTH)
        self.segment = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, EPSILON)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.head = nn.Linear(WIDTH, 3)
        self.dropout = dropout
        nn.init.normal_(self.head.weight, std=0.5 / math.sqrt(WIDTH))
        nn.init.zeros_(self.head.bias)

    def pooled(self, ids: torch.Tensor, segments: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        places = torch.arange(ids.shape[1])
        x = self.norm(self.word(ids) + self.position(places)[None] + self.segment(segments))
        mask = torch.where(real, 0.0, -1e4)[:, None, None, :].to(x.dtype)
        for layer in self.layers:
            x = layer(x, mask)
        weight = real[:, :, None].to(x.dtype)
        return (x * weight).sum(1) / weight.sum(1)

    def forward(self, ids: torch.Tensor, segments: torch.Tensor, real: torch.Tensor) -> torch.Tensor:
        return self.head(F.dropout(self.pooled(ids, segments, real), self.dropout, self.training))


def from_origin(origin, kept: list[int], layers: list[int], places: int, dropout: float = 0.1) -> Encoder:
    """The origin's weights for the kept words and layers; head fresh."""
    model = Encoder(len(kept), places, len(layers), dropout)
    state = model.state_dict()

    def put(name: str, values) -> None:
        state[name] = torch.tensor(values).clone()

    put("word.weight", origin["word"][kept])
    put("position.weight", origin["position"][:places])
    put("segment.weight", origin["segment"])
    put("norm.weight", origin["norm.weight"])
    put("norm.bias", origin["norm.bias"])
    for ours, theirs in enumerate(layers):
        for name in list(state):
            prefix = f"layers.{ours}."
            if name.startswith(prefix):
                put(name, origin[f"layers.{theirs}.{name[len(prefix):]}"])
    model.load_state_dict(state)
    return model
